/** RFC 4422 section 3.1, "sasl-mech". Some servers send lower case, and every client ignores case. */
export function isMechanismName(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,20}$/.test(text);
}
