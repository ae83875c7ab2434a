import { resolve } from 'node:path';
import { lookInside } from '../access/open.ts';
import { ArgumentError } from '../diagnostic.ts';
import { systemReason } from '../phrase.ts';
import type { TlsOptions } from '../server-options.ts';
import { tlsVersions } from '../tls-version.ts';
import type { Arguments, Terminal } from './command.ts';

/** TLS options from the arguments, which override the server's. */
export function requestedTls(args: Arguments, { cwd }: Terminal): TlsOptions {
  const file = (name: string, kind: 'file' | 'file or folder' = 'file') => {
    const path = args.value(name);
    if (path === undefined) return undefined;
    const absolute = resolve(cwd, path);
    try {
      lookInside(absolute, undefined, kind);
    } catch (error) {
      throw new ArgumentError(`Cannot read "--${name} ${path}": ${systemReason(error)}`);
    }
    return absolute;
  };
  const version = (name: string) => {
    const text = args.value(name);
    const known = tlsVersions.find((each) => each.toLowerCase() === text?.toLowerCase());
    if (text !== undefined && known === undefined)
      throw new ArgumentError(`Cannot use "--${name} ${text}"`, `The versions are ${tlsVersions.join(', ')}`);
    return known;
  };
  const [ca, cert, key] = [file('ca', 'file or folder'), file('cert'), file('key')];
  const [min, max] = [version('tls-min'), version('tls-max')];
  const [servername, verifyName, ciphers] = ['servername', 'verify-name', 'ciphers'].map((name) => args.value(name));
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(servername !== undefined && { servername }),
    ...(verifyName !== undefined && { verifyName }),
    ...(ciphers !== undefined && { ciphers }),
    ...(args.has('no-verify') && { verify: false }),
  };
}
