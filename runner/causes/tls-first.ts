import type { Problem } from '../result.ts';

const login = /^(?:AUTH|AUTHENTICATE|LOGIN|USER|PASS|APOP)\b/i;

/** RFC 5530 section 3; Dovecot's words, Courier's, Cyrus'. */
const wanted =
  /\[PRIVACYREQUIRED\]|\b(?:plain|clear)text authentication disallowed\b|\b(?:START)?TLS required\b|\bonly available under a layer\b/i;

/** A login is refused because the connection is not encrypted: neither the password nor a backend is the matter. */
export function wantsTlsFirst({ evidence }: Problem): boolean {
  const { action, reply } = evidence ?? {};
  if (action?.kind !== 'command' || !login.test((action.line ?? action.label).trim())) return false;
  // RFC 4954 section 6
  if (reply?.status === '538') return true;
  const text = reply?.text ?? '';
  return wanted.test(typeof text === 'string' ? text : text.start);
}
