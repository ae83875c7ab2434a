import { isIP } from 'node:net';

/** `127.0.0.1:25`, `[::1]:25` */
export function writeHostAndPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Parses `host`, `host:8443`, `::1` and `[::1]:8443`; `undefined` for anything else. */
export function readHostAndPort(text: string): { readonly host: string; readonly port?: number } | undefined {
  if (isIP(text) !== 0) return { host: text };
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || (bracketed !== undefined && isIP(bracketed) === 0)) return undefined;
  return port === undefined ? { host } : { host, port: Number(port) };
}
