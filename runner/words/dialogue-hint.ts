import { lacksHandshake } from '../causes/handshake-missing.ts';
import { isOneTooMany } from '../causes/one-too-many.ts';
import { signOf } from '../causes/sign.ts';
import type { Problem, ScenarioResult, TranscriptLine } from '../result.ts';
import { all } from './text.ts';

export const handshakeMissing =
  'After its reply to STARTTLS the server waits for a TLS handshake, and a line was sent without one: write the step "starttls" instead of "send"';

export const oneTooMany =
  'A connection that ends before the server says anything, after it accepted another one, usually means that the server limits the connections of an address: its log says so';

const tlsEnded =
  'The connection is encrypted, and the server takes it for one without TLS: a proxy before it ends TLS and passes plain text on';

const replyBefore =
  'The reply is that to the command before, which has no "expect": write one for the reply to each command';

/** RFC 5321 section 4.1.1.1: the only common commands whose positive replies have several lines. */
const hello = /^(?:EHLO|LHLO)\b/i;

/** Whether the reply has several lines although its command's does not, and the command before it has no reply yet. */
function isReplyBefore({ evidence, code, at }: Problem, { transcript }: Pick<ScenarioResult, 'transcript'>): boolean {
  const { reply, action } = evidence ?? {};
  if (code !== 'reply.mismatch' || reply?.status !== '250' || reply.more === 0 || action?.kind !== 'command')
    return false;
  const lines = transcript.filter((line) => line.at <= at && line.from !== 'note');
  const last = lines.findLastIndex(({ from }) => from === 'client');
  const [before, asked] = lines.slice(Math.max(0, last - 1), last + 1);
  return isHello(before) && !isHello(asked);
}

function isHello(line: TranscriptLine | undefined): boolean {
  return line?.from === 'client' && hello.test(line.text);
}

/** A hint from the dialogue. */
export function dialogueHint(problem: Problem, result: Pick<ScenarioResult, 'transcript'>): string | undefined {
  if (lacksHandshake(problem, result)) return handshakeMissing;
  if (isReplyBefore(problem, result)) return replyBefore;
  if (signOf(problem, result) === 'TLS ended') return tlsEnded;
  return isOneTooMany(problem, result) ? oneTooMany : undefined;
}

/** A hint for a scenario in which nothing arrived in time. A client that never reached the server is in no log. */
export function logHint({ code }: Problem, { log }: Pick<ScenarioResult, 'log'>): string | undefined {
  if (log.length === 0 || code.startsWith('connect.') || log.some(({ whose }) => whose !== 'before')) return undefined;
  return nothingLogged([...new Set(log.map(({ file }) => `"${file}"`))]);
}

export function nothingLogged(files: readonly string[]): string {
  return `Nothing was logged in ${all(files)} meanwhile, which usually means that the server logs to another place, or that the cause came earlier`;
}
