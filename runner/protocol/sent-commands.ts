import { announcedLiteral } from './literal-reader.ts';
import { contentLength } from './octets.ts';
import type { Sent } from './reply.ts';

/** Finds the commands in what is sent, in whatever parts it is sent. */
export interface CommandWatcher {
  feed(sent: Sent): void;
  /** The beginning of a command whose line ending has not been sent. */
  readonly unfinished: string;
}

/** How much of a command line is kept: enough for its word and whether it has an argument. */
const keptOctets = 256;

const empty = Buffer.alloc(0);

/**
 * Calls `begun` with the first line of each command (its first 256 octets), once that line's LF is sent. SASL responses
 * and message content are not commands. With `literals`, the content of announced literals is not a command either.
 */
export function createCommandWatcher(begun: (line: string) => void, options = { literals: false }): CommandWatcher {
  let head = '';
  /** The last octets of the line, which may announce a literal. */
  let tail = empty;
  let skip = 0;
  let continued = false;

  function endLine(): void {
    const literal = options.literals ? announcedLiteral(tail) : undefined;
    if (!continued && head !== '') begun(head);
    head = '';
    tail = empty;
    skip = literal ?? 0;
    continued = literal !== undefined;
  }

  return {
    feed({ bytes, as }) {
      if (as === 'sasl' || as === 'message') return;
      // One whole line, as nearly every command is.
      if (!options.literals && head === '' && bytes.indexOf(0x0a) === bytes.length - 1) {
        const line = bytes.toString('latin1', 0, Math.min(contentLength(bytes), keptOctets));
        if (line !== '') begun(line);
        return;
      }
      for (let at = 0; at < bytes.length; ) {
        if (skip > 0) {
          const skipped = Math.min(skip, bytes.length - at);
          skip -= skipped;
          at += skipped;
          continue;
        }
        const found = bytes.indexOf(0x0a, at);
        const end = found === -1 ? bytes.length : found + 1;
        if (head.length < keptOctets) {
          head = (head + bytes.toString('latin1', at, Math.min(end, at + keptOctets)))
            .slice(0, keptOctets)
            .replace(/\r?\n$/, '');
        }
        if (options.literals)
          tail = Buffer.concat([tail, bytes.subarray(Math.max(at, end - keptOctets), end)]).subarray(-keptOctets);
        if (found !== -1) endLine();
        at = end;
      }
    },
    get unfinished() {
      return continued ? '' : head;
    },
  };
}
