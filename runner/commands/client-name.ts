/** Adds a domain, since many servers refuse a client name without one. */
export function fullName(host: string): string {
  return host.includes('.') ? host : `${host}.localdomain`;
}
