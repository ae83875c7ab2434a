import { startText } from '../excerpt.ts';
import type { ReplyLine } from '../mismatch.ts';
import type { Problem, ScenarioResult } from '../result.ts';
import type { Symptom } from './cause.ts';
import { isCommand } from './exchange.ts';
import { seenAt, unannounced } from './seen.ts';

type Found = Pick<Symptom, 'kind' | 'key' | 'offer' | 'sign'>;

/** The key for all failed handshakes: a server without a certificate ends them in as many ways as it has ports. */
export const noTlsKey = 'no TLS';

/** The key for TLS that is turned off: not advertised, and the command is unknown. */
export const tlsOffKey = 'TLS off';

/** TLS does not start although nothing special was asked; or the server refuses one offer. */
export function tlsOf(problem: Problem, result: Pick<ScenarioResult, 'transcript'>): Found | undefined {
  const { evidence, code, mismatches } = problem;
  const { fault, check, reply } = evidence ?? {};
  const announced = unannounced(problem);
  const asked = asksForTls(problem, result);
  if (announced === 'STARTTLS' || announced === 'STLS' || (asked && isUnknown(reply)))
    return { kind: 'handshake', key: tlsOffKey, sign: 'TLS off' };
  if (check?.step === 'tls' && code === 'check.mismatch')
    return seenAt(mismatches, 'state') === 'refused' ? offered(check.label) : undefined;
  const isRefusal = (fault?.kind === 'handshake' && isWithin(problem)) || (asked && isAboutTls(reply));
  return isRefusal ? { kind: 'handshake', key: noTlsKey } : undefined;
}

/** Whether a step was refused, or a check reports why it could not ask for TLS. */
function asksForTls(problem: Problem, result: Pick<ScenarioResult, 'transcript'>): boolean {
  const { evidence, code } = problem;
  const { fault, check } = evidence ?? {};
  return (
    (code === 'tls.handshake' && fault === undefined && check !== undefined) ||
    (code === 'reply.mismatch' && isCommand(problem, /^ST(?:ART)?TLS\b/i) && !isEncrypted(problem, result))
  );
}

/** Postfix's "TLS not available due to local problem" means a certificate that it cannot load. */
const unknown = /\bTLS\b.*n[o']t\s(?:enabled|supported)\b|\bTLS support not\b|\bError in IMAP command\b/i;

/** Refusals of servers without TLS, such as solid-pop3d's; popa3d's "-ERR" has no text. RFC 1939 section 3. */
const unknownCommand = /\b(?:unknown|unrecognized|invalid|no such|bad) command\b|\bnot implemented\b/i;

/**
 * RFC 5321 section 4.2.4, RFC 9051 section 7.1.3; POP3 and ManageSieve have only wordings: Dovecot's "TLS support isn't
 * enabled", Courier's.
 */
function isUnknown(reply: ReplyLine | undefined): boolean {
  if (reply === undefined) return false;
  const text = startText(reply.text).trim();
  if (reply.status === '-ERR' && (text === '' || unknownCommand.test(text))) return true;
  return /^(?:50[0-4]|BAD)$/.test(reply.status) || unknown.test(text);
}

/** Plain text on a port for implicit TLS is a different problem, of the port. */
function isWithin({ evidence }: Problem): boolean {
  const { fault, protocol } = evidence ?? {};
  return fault?.kind === 'handshake' && fault.how !== 'no answer' && (fault.how !== 'not TLS' || !isImplicit(protocol));
}

/** `tls imaps TLSv1.2 P-256`: the check's offer, without the server. */
function offered(label: string): Found {
  const [, server = '', ...offer] = label.split(' ');
  return { kind: 'handshake', key: `refused TLS ${server} ${offer.join(' ')}`, offer: offer.join(' ') };
}

/** Whether a connection uses TLS, from its first octet or since a handshake. */
export function isEncrypted(problem: Problem, result: Pick<ScenarioResult, 'transcript'>): boolean {
  return isImplicit(problem.evidence?.protocol) || spokenUntil(problem, result).begun >= 0;
}

/** The lines of the problem's connection until then. `begun`: where a handshake ended last, -1 if there was none. */
export function spokenUntil({ at }: Problem, { transcript }: Pick<ScenarioResult, 'transcript'>) {
  const before = transcript.filter((line) => line.at <= at);
  const connection = before.findLast(({ from }) => from === 'client')?.connection;
  const lines = before.filter((line) => line.connection === connection);
  const begun = lines.findLastIndex((line) => line.from === 'note' && line.note.kind === 'encrypted');
  return { lines, begun };
}

/** `imaps` and the like, and `tls`. */
export function isImplicit(scheme: string | undefined): boolean {
  return scheme?.endsWith('s') === true;
}

/** RFC 3207 section 4: 454. A reply that defers every command says nothing about TLS. */
function isAboutTls(reply: ReplyLine | undefined): boolean {
  if (reply === undefined) return true;
  return /^(?:[45]\d\d|NO|BYE|-ERR)$/i.test(reply.status) && /\b(?:TLS|SSL)\b/i.test(startText(reply.text));
}
