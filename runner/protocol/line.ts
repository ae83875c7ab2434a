import { bodyLine, type Framing, isLastLine, isSameFraming } from './framing.ts';
import { type LimitName, limitError, limits } from './limits.ts';
import { createOctetReader, decodeLine } from './octets.ts';
import { BaseParser } from './parser.ts';
import type { LineReply, ProtocolError, ReplyParser, Want } from './reply.ts';

/**
 * Services that speak in lines: policy daemons, vpopmaild, NNTP, … A reply is one line, or what the expectation's
 * framing says: through a dot line (then every line after the first is unstuffed), or through a line given.
 * `lines` hold neither the dot nor that line; `raw` holds them. CRLF and LF both end a line here.
 *
 * `unread` is true where a complete line lies here, whatever it is a part of.
 */
export function createLineParser(): ReplyParser {
  return new LineParser();
}

class LineParser extends BaseParser {
  readonly #reader = createOctetReader();
  /** The lines since the last reply, as `framing` reads them. */
  #lines: string[] = [];
  #framing: Framing | undefined;
  /** `settle` saw a line that no reply has taken. */
  #waiting = false;

  override sent(): void {}

  override push(bytes: Buffer): void {
    this.#reader.push(bytes);
  }

  override take(want?: Want): LineReply | undefined {
    this.#waiting = false;
    if (!isSameFraming(this.#framing, want?.framing)) {
      // Another expectation reads the same octets in another way.
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
      if (this.#reader.taken > limits.longestReply) throw this.#overLimit('longestReply', line);
      if (this.#lines.length > limits.mostLines) throw this.#overLimit('mostLines', line);
    }
    return undefined;
  }

  override settle(): void {
    if (this.#reader.taken > 0) return;
    this.#waiting = true; // Also where the line is too long.
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

  /** Reading the same octets again must say the same. */
  #overLimit(name: LimitName, line: Buffer): ProtocolError {
    this.#reader.rewind();
    this.#lines = [];
    return limitError(name, line);
  }
}
