import { decodeText } from '../encoding.ts';
import { type LimitName, limitError, limits } from './limits.ts';

const LF = 0x0a;
const CR = 0x0d;
const empty = Buffer.alloc(0);

/**
 * Octets as they arrive, read by lines and by counts.
 *
 * `line` and `octets` move a cursor; `cut` removes everything before it as one piece, which is a reply's `raw`. However
 * the chunks are split, each octet is searched once and copied at most twice on average: an endless line takes linear
 * time. Returned buffers are views that are never overwritten; the caller must not change a chunk after pushing it.
 */
export interface OctetReader {
  /** Throws if the limit `largestBacklog` is exceeded. */
  push(bytes: Buffer): void;
  /**
   * Reads the line at the cursor, including its LF (and CR). `undefined` if its LF has not arrived. Throws if it
   * exceeds the line limit, complete or not.
   */
  line(): Buffer | undefined;
  /** Reads exactly `count` octets at the cursor; `undefined` if they have not all arrived. */
  octets(count: number): Buffer | undefined;
  /** The octet at `offset` after the cursor, which does not move; `undefined` if it has not arrived. */
  at(offset: number): number | undefined;
  /** Removes and returns everything before the cursor. */
  cut(): Buffer;
  /** Moves the cursor back to the last cut. */
  rewind(): void;
  /** Removes and returns everything. */
  drain(): Buffer;
  /** The octets after the cursor, which does not move: for evidence. */
  rest(): Buffer;
  /** The number of octets received and not cut. */
  readonly pending: number;
  /** The number of octets between the last cut and the cursor. */
  readonly taken: number;
}

export interface OctetReaderOptions {
  /** The name of the limit for `line`; default `longestLine`. */
  readonly lineLimit?: LimitName;
  /** Another value for it, for tests. */
  readonly maxLine?: number;
}

export function createOctetReader(options: OctetReaderOptions = {}): OctetReader {
  return new Reader(options);
}

/**
 * A class, because V8 keeps an object literal with getters, and all that it refers to, until the next full collection.
 */
class Reader implements OctetReader {
  readonly #lineLimit: LimitName;
  readonly #maxLine: number;
  /** The octets received: the only chunk itself, or a view of the filled part of `#storage`. */
  #data: Buffer = empty;
  /** Our own buffer, with room after `#data`; `undefined` while `#data` is the caller's chunk. */
  #storage: Buffer | undefined;
  #start = 0;
  #cursor = 0;
  /** There is no LF between the cursor and this offset. */
  #searched = 0;
  /** The line that ends at the cursor, so that cutting exactly it needs no new view. */
  #lastLine: Buffer = empty;

  constructor({ lineLimit = 'longestLine', maxLine = limits[lineLimit] }: OctetReaderOptions) {
    this.#lineLimit = lineLimit;
    this.#maxLine = maxLine;
  }

  #forget(): void {
    this.#data = empty;
    this.#storage = undefined;
    this.#start = this.#cursor = this.#searched = 0;
  }

  #view(from: number, to: number): Buffer {
    return from === 0 && to === this.#data.length ? this.#data : this.#data.subarray(from, to);
  }

  push(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const kept = this.#data.length - this.#start;
    if (kept === 0) {
      this.#data = bytes;
      this.#storage = undefined;
      this.#start = this.#cursor = this.#searched = 0;
      return;
    }
    if (kept + bytes.length > limits.largestBacklog)
      throw limitError('largestBacklog', this.#data.subarray(this.#start), kept + bytes.length);
    if (this.#storage === undefined || this.#data.length + bytes.length > this.#storage.length) {
      // Twice the need: the next copy happens only after as many new octets as it copies.
      const next = Buffer.allocUnsafeSlow(2 * (kept + bytes.length));
      this.#data.copy(next, 0, this.#start);
      this.#storage = next;
      this.#data = next.subarray(0, kept);
      this.#cursor -= this.#start;
      this.#searched -= this.#start;
      this.#start = 0;
    }
    const filled = this.#data.length;
    bytes.copy(this.#storage, filled);
    this.#data = this.#storage.subarray(0, filled + bytes.length);
  }

  line(): Buffer | undefined {
    const found = this.#data.indexOf(LF, this.#searched);
    const end = found === -1 ? this.#data.length : found + 1;
    if (end - this.#cursor > this.#maxLine)
      throw limitError(this.#lineLimit, this.#data.subarray(this.#cursor, end), end - this.#cursor, this.#maxLine);
    this.#searched = end;
    if (found === -1) return undefined;
    this.#lastLine = this.#view(this.#cursor, end);
    this.#cursor = end;
    return this.#lastLine;
  }

  octets(count: number): Buffer | undefined {
    if (this.#data.length - this.#cursor < count) return undefined;
    const piece = this.#view(this.#cursor, this.#cursor + count);
    this.#cursor += count;
    this.#searched = this.#cursor;
    this.#lastLine = empty;
    return piece;
  }

  at(offset: number): number | undefined {
    return this.#data[this.#cursor + offset];
  }

  cut(): Buffer {
    const length = this.#cursor - this.#start;
    const piece = length === this.#lastLine.length ? this.#lastLine : this.#view(this.#start, this.#cursor);
    this.#lastLine = empty;
    this.#start = this.#cursor;
    if (this.#start === this.#data.length) this.#forget();
    return piece;
  }

  rewind(): void {
    this.#cursor = this.#searched = this.#start;
    this.#lastLine = empty;
  }

  drain(): Buffer {
    const piece = this.#view(this.#start, this.#data.length);
    this.#lastLine = empty;
    this.#forget();
    return piece;
  }

  rest(): Buffer {
    return this.#view(this.#cursor, this.#data.length);
  }

  get pending(): number {
    return this.#data.length - this.#start;
  }

  get taken(): number {
    return this.#cursor - this.#start;
  }
}

/** Decodes octets of several lines; each line is decoded as UTF-8 or Latin-1 by itself. */
export function decodeLines(octets: Buffer): string {
  const whole = octets.toString('utf8');
  if (!whole.includes('\ufffd')) return whole;
  const lines: string[] = [];
  for (let start = 0; start < octets.length; ) {
    const found = octets.indexOf(LF, start);
    const end = found === -1 ? octets.length : found + 1;
    lines.push(decodeText(octets, start, end));
    start = end;
  }
  return lines.join('');
}

/** The length of a line without its CRLF or LF. */
export function contentLength(line: Buffer): number {
  const { length } = line;
  if (length === 0 || line[length - 1] !== LF) return length;
  return length > 1 && line[length - 2] === CR ? length - 2 : length - 1;
}

/** The text of a line, without its CRLF or LF. */
export function decodeLine(line: Buffer): string {
  return decodeText(line, 0, contentLength(line));
}

/** Whether a line ends with CRLF, and not with a bare LF. */
export function endsWithCrlf(line: Buffer): boolean {
  const { length } = line;
  return length > 1 && line[length - 1] === LF && line[length - 2] === CR;
}
