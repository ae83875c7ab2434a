import { bodyLine, type Framing, isLastLine, isSameFraming } from './framing.ts';
import { exceededByLines, type LimitName, limitError } from './limits.ts';
import { createOctetReader, decodeLine } from './octets.ts';
import { BaseParser } from './parser.ts';
import type { LineReply, ProtocolError, ReplyParser, Want } from './reply.ts';

/**
 * Services that exchange lines: policy daemons, vpopmaild, NNTP, … A reply is one line, or ends as the expectation's
 * framing says: with a dot line (then every line after the first is unstuffed) or with a given line. `lines` exclude
 * the dot and that line; `raw` includes them. Both CRLF and LF end a line here.
 *
 * `unread` is true if there is a complete line, whatever it is part of.
 */
export function createLineParser(): ReplyParser {
  return new LineParser();
}

class LineParser extends BaseParser {
  readonly #reader = createOctetReader();
  /** The lines since the last reply, by the rules of `framing`. */
  #lines: string[] = [];
  #framing: Framing | undefined;
  /** `settle` found a line that no reply has included. */
  #waiting = false;

  override sent(): void {}

  override push(bytes: Buffer): void {
    this.#reader.push(bytes);
  }

  override take(want?: Want): LineReply | undefined {
    this.#waiting = false;
    if (!isSameFraming(this.#framing, want?.framing)) {
      // Another expectation may read the same octets differently.
      this.#reader.rewind();
      this.#lines = [];
      this.#framing = want?.framing;
    }
    const framing = this.#framing;
    for (let line = this.#reader.line(); line !== undefined; line = this.#reader.line()) {
      const text = decodeLine(line);
      if (framing && isLastLine(framing, text)) return this.#reply();
      this.#lines.push(framing && this.#lines.length > 0 ? bodyLine(framing, text) : text);
      if (framing === undefined) return this.#reply();
      const exceeded = exceededByLines(this.#reader.taken, this.#lines.length);
      if (exceeded) throw this.#overLimit(exceeded.name, line, exceeded.reached);
    }
    return undefined;
  }

  override settle(): void {
    if (this.#reader.taken > 0) return;
    this.#waiting = true; // Also if the line is too long.
    if (this.#reader.line() === undefined) this.#waiting = false;
    else this.#reader.rewind();
  }

  override get unread(): boolean {
    return this.#waiting || this.#reader.taken > 0;
  }

  override get pending(): number {
    return this.#reader.pending;
  }

  override drain(): Buffer {
    this.#lines = [];
    this.#waiting = false;
    return this.#reader.drain();
  }

  #reply(): LineReply {
    const lines = this.#lines;
    this.#lines = [];
    return { protocol: 'line', raw: this.#reader.cut(), lines, text: lines.join('\n') };
  }

  /** The same error for the same octets, read again. */
  #overLimit(name: LimitName, line: Buffer, reached: number): ProtocolError {
    this.#reader.rewind();
    this.#lines = [];
    return limitError(name, line, reached);
  }
}
