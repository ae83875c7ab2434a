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
  return new Watcher(begun, options.literals);
}

/** A class, because each connection creates one: an object literal with a getter costs more than a step. */
class Watcher implements CommandWatcher {
  readonly #begun: (line: string) => void;
  readonly #literals: boolean;
  #head = '';
  /** The last octets of the line, which may announce a literal. */
  #tail = empty;
  #skip = 0;
  #continued = false;

  constructor(begun: (line: string) => void, literals: boolean) {
    this.#begun = begun;
    this.#literals = literals;
  }

  feed({ bytes, as }: Sent): void {
    if (as === 'sasl' || as === 'message') return;
    // One whole line, as nearly every command is.
    if (!this.#literals && this.#head === '' && bytes.indexOf(0x0a) === bytes.length - 1) {
      const line = bytes.toString('latin1', 0, Math.min(contentLength(bytes), keptOctets));
      if (line !== '') this.#begun(line);
      return;
    }
    for (let at = 0; at < bytes.length; ) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, bytes.length - at);
        this.#skip -= skipped;
        at += skipped;
        continue;
      }
      const found = bytes.indexOf(0x0a, at);
      const end = found === -1 ? bytes.length : found + 1;
      if (this.#head.length < keptOctets) {
        this.#head = (this.#head + bytes.toString('latin1', at, Math.min(end, at + keptOctets)))
          .slice(0, keptOctets)
          .replace(/\r?\n$/, '');
      }
      if (this.#literals) {
        const last = bytes.subarray(Math.max(at, end - keptOctets), end);
        this.#tail = Buffer.concat([this.#tail, last]).subarray(-keptOctets);
      }
      if (found !== -1) this.#endLine();
      at = end;
    }
  }

  get unfinished(): string {
    return this.#continued ? '' : this.#head;
  }

  #endLine(): void {
    const literal = this.#literals ? announcedLiteral(this.#tail) : undefined;
    if (!this.#continued && this.#head !== '') this.#begun(this.#head);
    this.#head = '';
    this.#tail = empty;
    this.#skip = literal ?? 0;
    this.#continued = literal !== undefined;
  }
}
