import { ArgumentError } from '../diagnostic.ts';
import { readHostAndPort } from '../host-and-port.ts';
import type { Arguments } from './command.ts';

const loopback = /^(?:localhost|127(?:\.\d+){3}|::1)$/;

/** `2525` or `127.0.0.1:2525`: an address of this machine only, unless `--public` is given. */
export function listenAddress(text: string, args: Arguments): { readonly host: string; readonly port: number } {
  const found = /^\d+$/.test(text) ? { host: '127.0.0.1', port: Number(text) } : readHostAndPort(text);
  if (found?.port === undefined || found.port > 65_535)
    throw new ArgumentError(
      text === ''
        ? 'Cannot listen: no address is given'
        : `Cannot use "--listen ${text}": it is not a port or an address`,
      'Write "--listen 2525", or "--listen 127.0.0.1:2525"',
    );
  const { host, port } = found;
  if (!loopback.test(host) && !args.has('public'))
    throw new ArgumentError(
      `Cannot listen on ${host}: other machines would reach it`,
      'Add "--public" if that is what you want',
    );
  return { host, port };
}
