import type { Problem } from '../result.ts';
import { isCommand, replyText } from './exchange.ts';

const login = /^(?:AUTH|AUTHENTICATE|LOGIN|USER|PASS|APOP)\b/i;

/** RFC 5530 section 3, and the wordings of Dovecot, Courier and Cyrus. */
const wanted =
  /\[PRIVACYREQUIRED\]|\b(?:plain|clear)text authentication disallowed\b|\b(?:START)?TLS required\b|\bonly available under a layer\b/i;

/** Whether a login is refused because the connection is not encrypted, and not because of the password or a backend. */
export function wantsTlsFirst(problem: Problem): boolean {
  // RFC 4954 section 6
  return isCommand(problem, login) && (problem.evidence?.reply?.status === '538' || wanted.test(replyText(problem)));
}
