/** Commands that are, or may be, complete without arguments in some protocol: no space follows them. */
export const alone: ReadonlySet<string> = new Set([
  // RFC 5321 section 4.1.1, RFC 3207
  ...['DATA', 'RSET', 'NOOP', 'HELP', 'QUIT', 'STARTTLS'],
  // RFC 9051 section 6, RFC 8437
  ...['CAPABILITY', 'LOGOUT', 'NAMESPACE', 'IDLE', 'CHECK', 'CLOSE', 'UNSELECT', 'EXPUNGE', 'UNAUTHENTICATE', 'DONE'],
  // RFC 1939 sections 5 and 7, RFC 2449, RFC 2595
  ...['STAT', 'LIST', 'UIDL', 'LAST', 'CAPA', 'STLS', 'UTF8'],
  // RFC 5804 section 2
  'LISTSCRIPTS',
]);
