/** RFC 4422 section 3.1, "sasl-mech"; some servers write them in lower case, and every client compares without regard to case. */
export function isMechanismName(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,20}$/.test(text);
}
