import { isUtf8 } from 'node:buffer';
import { ArgumentError } from '../diagnostic.ts';
import type { Terminal } from './command.ts';

/** More than people paste or write by hand in a script. */
export const mostOctets = 16 * 1024 * 1024;

/** All of standard input, as octets. */
export async function readOctets({ stdin }: Pick<Terminal, 'stdin'>, what: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stdin ?? []) {
    const octets = Buffer.from(piece as Buffer);
    length += octets.length;
    if (length > mostOctets) throw new ArgumentError(`Cannot read ${what}: standard input has more than 16 MiB`);
    pieces.push(octets);
  }
  return Buffer.concat(pieces);
}

/** All of standard input, as text. */
export async function readInput(terminal: Pick<Terminal, 'stdin'>, what: string): Promise<string> {
  const octets = await readOctets(terminal, what);
  if (!isUtf8(octets))
    throw new ArgumentError(`Cannot read ${what}: standard input is not UTF-8`, 'Name a file instead');
  return octets.toString('utf8');
}
