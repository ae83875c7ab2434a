import type { Problem, ScenarioResult } from '../result.ts';
import { isCommand, replyText } from './exchange.ts';
import { isEncrypted, spokenUntil } from './tls-start.ts';

const login = /^(?:AUTH|AUTHENTICATE|LOGIN|USER|PASS|APOP)\b/i;

/** RFC 5530 section 3, and the wordings of Dovecot, Courier and Cyrus. */
const wanted =
  /\[PRIVACYREQUIRED\]|\b(?:plain|clear)text authentication disallowed\b|\b(?:START)?TLS required\b|\bonly available under a layer\b|\bnot allowed until (?:SSL\/)?TLS\b/i;

/** Whether a login is refused because the connection is not encrypted, and not because of the password or a backend. */
export function wantsTlsFirst(problem: Problem): boolean {
  // RFC 4954 section 6
  return isCommand(problem, login) && (problem.evidence?.reply?.status === '538' || wanted.test(replyText(problem)));
}

/** RFC 3207 section 4.2, RFC 9051 section 6.2.1, RFC 2595 section 4: over TLS, it is not offered. */
const offer = /^(?:250[ -]STARTTLS\b|STLS\b|"STARTTLS"|\* .*\bCAPABILITY\b.*\bSTARTTLS\b)/i;

/**
 * Whether the server takes an encrypted connection for one without TLS: a proxy before it ends TLS, and passes plain text
 * on. Of a login that the server does not know, only the offer of STARTTLS over TLS shows it.
 */
export function missesTls(problem: Problem, result: Pick<ScenarioResult, 'transcript'>, isNoLogin: boolean): boolean {
  if (!isEncrypted(problem, result)) return false;
  return wantsTlsFirst(problem) || (isNoLogin && offersTls(problem, result));
}

function offersTls(problem: Problem, result: Pick<ScenarioResult, 'transcript'>): boolean {
  const { lines, begun } = spokenUntil(problem, result);
  return lines.slice(begun + 1).some((line) => line.from === 'server' && offer.test(line.text));
}
