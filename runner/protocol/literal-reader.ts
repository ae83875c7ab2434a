import { limitError, limits, violation } from './limits.ts';
import { endsWithCrlf, type OctetReader } from './octets.ts';

/** Responses that are one line each, or several with literals between them: IMAP's and ManageSieve's. */
export interface LiteralReader {
  /**
   * The next response, its literals and its CRLF included, and out of the reader; none where it is not complete.
   * Throws a `ProtocolError` for a bare LF and at limits.
   */
  next(): Buffer | undefined;
  /** Forgets what it has read of the response under way. */
  reset(): void;
}

export interface LiteralReaderOptions {
  readonly reader: OctetReader;
  /** Whether the line that begins a response may end with a literal: not where its end is text for people. */
  readonly mayHaveLiteral: (firstLine: Buffer) => boolean;
  /** Where it stands that lines end with CRLF. */
  readonly rule: string;
}

/** RFC 9051 section 4.3, RFC 5804 section 4: `{n}` (`{n+}`, `~{n}`) at the end of a line, then n octets, then more of the line. */
export function createLiteralReader({ reader, mayHaveLiteral, rule }: LiteralReaderOptions): LiteralReader {
  /** Octets of the literal that comes next; none while a line is read. */
  let literal: number | undefined;
  let firstLine = true;

  return {
    next() {
      for (;;) {
        if (literal !== undefined) {
          if (reader.octets(literal) === undefined) return undefined;
          literal = undefined;
        }
        const line = reader.line();
        if (line === undefined) return undefined;
        if (!endsWithCrlf(line)) throw violation('a line ends with LF alone, not with CRLF', rule, line);
        literal = !firstLine || mayHaveLiteral(line) ? announcedLiteral(line) : undefined;
        if (literal === undefined) {
          firstLine = true;
          return reader.cut();
        }
        firstLine = false;
        if (literal > limits.largestLiteral) throw limitError('largestLiteral', line);
        if (reader.taken + literal > limits.longestReply) throw limitError('longestReply', line);
      }
    },
    reset() {
      literal = undefined;
      firstLine = true;
    },
  };
}

/** More digits than any literal within the limits has. */
const longestAnnouncement = 32;

/** The size that the end of a line announces. */
export function announcedLiteral(line: Buffer): number | undefined {
  // Before CRLF: "}".
  if (line[line.length - 3] !== 0x7d) return undefined;
  const tail = line.toString('latin1', Math.max(0, line.length - longestAnnouncement), line.length - 2);
  const digits = /\{(\d+)\+?\}$/.exec(tail)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
