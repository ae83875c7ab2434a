/** Many servers refuse the name of a client that has no domain. */
export function fullName(host: string): string {
  return host.includes('.') ? host : `${host}.localdomain`;
}
