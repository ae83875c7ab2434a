/** RFC 5802 section 5.1: saslname, with `,` and `=` escaped. */
export function saslName(name: string): string {
  return name.replaceAll('=', '=3D').replaceAll(',', '=2C');
}

/** RFC 5801 section 4: gs2-authzid, without the comma after it; empty if there is none. */
export function authorizationPrefix(authzid: string | undefined): string {
  return authzid === undefined || authzid === '' ? '' : `a=${saslName(authzid)}`;
}
