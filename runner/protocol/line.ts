import { bodyLine, type Framing, isLastLine, isSameFraming } from './framing.ts';
import { type LimitName, limitError, limits } from './limits.ts';
import { createOctetReader, decodeLine } from './octets.ts';
import { parserOf } from './parser.ts';
import type { LineReply, ProtocolError, ReplyParser } from './reply.ts';

/**
 * Services that speak in lines: policy daemons, vpopmaild, NNTP, … A reply is one line, or what the expectation's
 * framing says: through a dot line (then every line after the first is unstuffed), or through a line given.
 * `lines` hold neither the dot nor that line; `raw` holds them. CRLF and LF both end a line here.
 *
 * `unread` is true where a complete line lies here, whatever it is a part of.
 */
export function createLineParser(): ReplyParser {
  const reader = createOctetReader();
  /** The lines since the last reply, as `framing` reads them. */
  let lines: string[] = [];
  let framing: Framing | undefined;
  /** `settle` saw a line that no reply has taken. */
  let waiting = false;

  function replyOf(): LineReply {
    const reply: LineReply = { protocol: 'line', raw: reader.cut(), lines, text: lines.join('\n') };
    lines = [];
    return reply;
  }

  /** Reading the same octets again must say the same. */
  function overLimit(name: LimitName, line: Buffer): ProtocolError {
    reader.rewind();
    lines = [];
    return limitError(name, line);
  }

  return parserOf({
    sent() {},
    push: (bytes) => reader.push(bytes),
    take(want) {
      waiting = false;
      if (!isSameFraming(framing, want?.framing)) {
        // Another expectation reads the same octets in another way.
        reader.rewind();
        lines = [];
        framing = want?.framing;
      }
      for (let line = reader.line(); line !== undefined; line = reader.line()) {
        const text = decodeLine(line);
        if (framing && isLastLine(framing, text)) return replyOf();
        lines.push(framing && lines.length > 0 ? bodyLine(framing, text) : text);
        if (framing === undefined) return replyOf();
        if (reader.taken > limits.longestReply) throw overLimit('longestReply', line);
        if (lines.length > limits.mostLines) throw overLimit('mostLines', line);
      }
      return undefined;
    },
    settle() {
      if (reader.taken > 0) return;
      waiting = true; // Also where the line is too long.
      if (reader.line() === undefined) waiting = false;
      else reader.rewind();
    },
    unread: () => waiting || reader.taken > 0,
    pending() {
      return reader.pending;
    },
    drain() {
      lines = [];
      waiting = false;
      return reader.drain();
    },
  });
}
