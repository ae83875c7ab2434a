import type { Problem, ScenarioResult } from '../result.ts';
import { all } from './text.ts';

/** RFC 3207 section 4, RFC 9051 section 6.2.1, RFC 2595 section 4: the server's positive reply begins the handshake. */
const startTls = /^(?:\S+ )?(?:STARTTLS|STLS)\b/i;
const positive = /^(?:2\d\d\b|(?:\S+ )?\+?OK\b)/i;

export const handshakeMissing =
  'After its reply to STARTTLS the server waits for a TLS handshake, and a line was sent without one: write the step "starttls" instead of "send"';

/** A line where a ClientHello is due: servers answer it with an alert, or end the connection. */
export function dialogueHint({ at }: Problem, { transcript }: Pick<ScenarioResult, 'transcript'>): string | undefined {
  const lines = transcript.filter((line) => line.at <= at);
  const sent = lines.findLastIndex((line) => line.from === 'client' && startTls.test(line.text));
  const after = lines.slice(sent + 1).filter(({ connection }) => connection === lines[sent]?.connection);
  const next = after.findIndex(({ from }) => from !== 'server');
  const [reply] = after;
  if (sent === -1 || next < 1 || reply?.from !== 'server') return undefined;
  return after[next]?.from === 'client' && positive.test(reply.text) ? handshakeMissing : undefined;
}

/** Nothing came in the scenario's time. Who never reached the server is in no log. */
export function logHint({ code }: Problem, { log }: Pick<ScenarioResult, 'log'>): string | undefined {
  if (log.length === 0 || code.startsWith('connect.') || log.some(({ whose }) => whose !== 'before')) return undefined;
  return nothingLogged([...new Set(log.map(({ file }) => `"${file}"`))]);
}

export function nothingLogged(files: readonly string[]): string {
  return `Nothing was logged in ${all(files)} meanwhile, which usually means that the server logs to another place, or that the cause came earlier`;
}
