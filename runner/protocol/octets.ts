import { isUtf8 } from 'node:buffer';
import { type LimitName, limitError, limits } from './limits.ts';

const LF = 0x0a;
const CR = 0x0d;
const empty = Buffer.alloc(0);

/**
 * Octets as they come, read by lines and by counts.
 *
 * A cursor moves with `line` and `octets`; `cut` takes everything before it out as one piece, which is
 * a reply's `raw`. Each octet is looked at once and copied at most twice on average, however the chunks fall:
 * an endless line costs linear time. Buffers handed out are views that nothing overwrites later;
 * a chunk pushed must not be changed by the caller afterwards.
 */
export interface OctetReader {
  /** Throws the limit `largestBacklog`. */
  push(bytes: Buffer): void;
  /**
   * The line at the cursor, its LF (and CR) included; moves the cursor behind it. None where its LF has not come.
   * Throws the line limit where it is longer, complete or not.
   */
  line(): Buffer | undefined;
  /** Exactly `count` octets at the cursor, and the cursor behind them; none where they have not all come. */
  octets(count: number): Buffer | undefined;
  /** The octet `offset` behind the cursor, without moving it; none where it has not come. */
  at(offset: number): number | undefined;
  /** Everything before the cursor, and out of the reader. */
  cut(): Buffer;
  /** The cursor back to where the last cut was. */
  rewind(): void;
  /** Everything, and out of the reader. */
  drain(): Buffer;
  /** What lies behind the cursor, without moving it: for evidence. */
  rest(): Buffer;
  /** Octets received and not cut. */
  readonly pending: number;
  /** Octets between the last cut and the cursor. */
  readonly taken: number;
}

export interface OctetReaderOptions {
  /** The limit for `line`, by name; default `longestLine`. */
  readonly lineLimit?: LimitName;
  /** Another value for it: for tests. */
  readonly maxLine?: number;
}

export function createOctetReader(options: OctetReaderOptions = {}): OctetReader {
  const lineLimit = options.lineLimit ?? 'longestLine';
  const maxLine = options.maxLine ?? limits[lineLimit];

  /** The octets received: the only chunk itself, or a view on what is filled of `storage`. */
  let data: Buffer = empty;
  /** Ours, with room behind `data`; none while `data` is the caller's chunk. */
  let storage: Buffer | undefined;
  let start = 0;
  let cursor = 0;
  /** No LF lies between the cursor and here. */
  let searched = 0;
  /** The line that ends at the cursor, so that cutting exactly it needs no new view. */
  let lastLine: Buffer = empty;

  function forget(): void {
    data = empty;
    storage = undefined;
    start = cursor = searched = 0;
  }

  function view(from: number, to: number): Buffer {
    return from === 0 && to === data.length ? data : data.subarray(from, to);
  }

  return {
    push(bytes) {
      if (bytes.length === 0) return;
      const kept = data.length - start;
      if (kept === 0) {
        data = bytes;
        storage = undefined;
        start = cursor = searched = 0;
        return;
      }
      if (kept + bytes.length > limits.largestBacklog) throw limitError('largestBacklog', data.subarray(start));
      if (storage === undefined || data.length + bytes.length > storage.length) {
        // Twice the need: the next copy comes after as many new octets as it copies.
        const next = Buffer.allocUnsafeSlow(2 * (kept + bytes.length));
        data.copy(next, 0, start);
        storage = next;
        data = next.subarray(0, kept);
        cursor -= start;
        searched -= start;
        start = 0;
      }
      const filled = data.length;
      bytes.copy(storage, filled);
      data = storage.subarray(0, filled + bytes.length);
    },

    line() {
      const found = data.indexOf(LF, searched);
      const end = found === -1 ? data.length : found + 1;
      if (end - cursor > maxLine) throw limitError(lineLimit, data.subarray(cursor, end), maxLine);
      searched = end;
      if (found === -1) return undefined;
      lastLine = view(cursor, end);
      cursor = end;
      return lastLine;
    },

    octets(count) {
      if (data.length - cursor < count) return undefined;
      const piece = view(cursor, cursor + count);
      cursor += count;
      searched = cursor;
      lastLine = empty;
      return piece;
    },

    at(offset) {
      return data[cursor + offset];
    },

    cut() {
      const length = cursor - start;
      const piece = length === lastLine.length ? lastLine : view(start, cursor);
      lastLine = empty;
      start = cursor;
      if (start === data.length) forget();
      return piece;
    },

    rewind() {
      cursor = searched = start;
      lastLine = empty;
    },

    drain() {
      const piece = view(start, data.length);
      lastLine = empty;
      forget();
      return piece;
    },

    rest() {
      return view(cursor, data.length);
    },

    get pending() {
      return data.length - start;
    },

    get taken() {
      return cursor - start;
    },
  };
}

/**
 * Octets as text: UTF-8 where they are valid UTF-8, else Latin-1, so that nothing a server sends is lost.
 * Call it for each line alone: one line in an old charset must not change the reading of the others.
 */
export function decodeText(bytes: Buffer, start = 0, end: number = bytes.length): string {
  const text = bytes.toString('utf8', start, end);
  // U+FFFD stands for what is not valid, but a server may also have sent that character itself.
  if (!text.includes('\ufffd') || isUtf8(bytes.subarray(start, end))) return text;
  return bytes.toString('latin1', start, end);
}

/** The length of a line without its CRLF or LF. */
export function contentLength(line: Buffer): number {
  const { length } = line;
  if (length === 0 || line[length - 1] !== LF) return length;
  return length > 1 && line[length - 2] === CR ? length - 2 : length - 1;
}

/** A line's text, without its CRLF or LF. */
export function decodeLine(line: Buffer): string {
  return decodeText(line, 0, contentLength(line));
}

/** Whether a line ends with CRLF, and not with a bare LF. */
export function endsWithCrlf(line: Buffer): boolean {
  const { length } = line;
  return length > 1 && line[length - 1] === LF && line[length - 2] === CR;
}
