import type { Problem, ScenarioResult } from '../result.ts';

/**
 * RFC 3207 section 4, RFC 9051 section 6.2.1, RFC 2595 section 4: the handshake begins after the server's positive
 * reply.
 */
const startTls = /^(?:\S+ )?(?:STARTTLS|STLS)\b/i;
const positive = /^(?:2\d\d\b|(?:\S+ )?\+?OK\b)/i;

/** Whether a line was sent instead of a ClientHello: servers answer that with an alert, or end the connection. */
export function lacksHandshake({ at }: Problem, { transcript }: Pick<ScenarioResult, 'transcript'>): boolean {
  const lines = transcript.filter((line) => line.at <= at);
  const sent = lines.findLastIndex((line) => line.from === 'client' && startTls.test(line.text));
  const after = lines.slice(sent + 1).filter(({ connection }) => connection === lines[sent]?.connection);
  const next = after.findIndex(({ from }) => from !== 'server');
  const [reply] = after;
  if (sent === -1 || next < 1 || reply?.from !== 'server') return false;
  return after[next]?.from === 'client' && positive.test(reply.text);
}
