import { constants, createInflateRaw, type InflateRaw } from 'node:zlib';
import type { Protocol } from '../protocol/protocol.ts';
import type { Notes } from './notes.ts';

type Side = 'client' | 'server';

/** Records the octets of a connection, decompressed after COMPRESS (RFC 4978). */
export interface CompressionWatch {
  /** Resolves when the octets have been recorded; `undefined` if that is immediate. */
  note(from: Side, octets: Buffer): Promise<void> | undefined;
  close(): void;
}

/** The most octets that are decompressed in a session: a few compressed octets can represent any number. */
const mostInflated = 64 * 1024 * 1024;
/** The longest line that could be the command, or the reply to it. */
const longestLine = 512;

export function watchCompression({ compress, createTags }: Protocol, notes: Notes): CompressionWatch {
  const isKnown = compress !== undefined && createTags !== undefined;
  const command = isKnown ? new RegExp(`(?:^|\\n)(\\S+) ${compress}\\r?\\n$`, 'i') : undefined;
  const rest = { client: '', server: '' };
  let tag: string | undefined;
  let inflaters: Readonly<Record<Side, InflateRaw>> | undefined;
  let inflated = 0;

  function begin(): Readonly<Record<Side, InflateRaw>> {
    const made = (from: Side) => {
      const inflate = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH });
      inflate.on('data', (octets: Buffer) => {
        inflated += octets.length;
        notes.octets(from, octets);
      });
      inflate.on('error', () => {
        inflated = Number.POSITIVE_INFINITY;
        notes.add({ kind: 'unread', text: 'what follows cannot be decompressed' });
      });
      return inflate;
    };
    return { client: made('client'), server: made('server') };
  }

  function inflate(from: Side, octets: Buffer): Promise<void> | undefined {
    const inflater = inflaters?.[from];
    if (inflater === undefined || inflated > mostInflated || octets.length === 0) return undefined;
    return new Promise((resolve) => {
      inflater.once('error', () => resolve());
      inflater.write(octets, () => resolve());
    });
  }

  /** Records uncompressed lines; everything of the server after the reply to the command is compressed. */
  function plain(from: Side, octets: Buffer): Promise<void> | undefined {
    const before = rest[from];
    const text = before + octets.toString('latin1');
    rest[from] = text.slice(text.lastIndexOf('\n') + 1).slice(0, longestLine);
    if (from === 'client') tag = command?.exec(text)?.[1];
    const end = from === 'server' && tag !== undefined ? endOfAcceptance(text, tag) : undefined;
    if (end === undefined) {
      notes.octets(from, octets);
      return undefined;
    }
    const here = end - before.length;
    notes.octets(from, octets.subarray(0, here));
    inflaters = begin();
    return inflate(from, octets.subarray(here));
  }

  return {
    note: (from, octets) => (inflaters === undefined ? plain(from, octets) : inflate(from, octets)),
    close() {
      inflaters?.client.destroy();
      inflaters?.server.destroy();
    },
  };
}

/** The offset after the line with which the server accepts the command with this tag. */
function endOfAcceptance(text: string, tag: string): number | undefined {
  const start = text.startsWith(`${tag} OK`) ? 0 : text.indexOf(`\n${tag} OK`);
  const end = start === -1 ? -1 : text.indexOf('\n', start + 1);
  return end === -1 ? undefined : end + 1;
}
