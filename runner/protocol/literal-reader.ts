import type { Lacking } from '../literal.ts';
import { type Finding, finding } from './findings.ts';
import { limitError, limits } from './limits.ts';
import { contentLength, endsWithCrlf, type OctetReader } from './octets.ts';

/** A response with its literals and its line ending. */
export interface Framed {
  readonly raw: Buffer;
  /** The offset of the line ending. */
  readonly end: number;
  /** The violations in its lines. */
  readonly findings: readonly Finding[];
}

interface LiteralReaderOptions {
  readonly reader: OctetReader;
  /** Whether the first line of a response may end with a literal: not if it ends with human-readable text. */
  readonly mayHaveLiteral: (firstLine: Buffer) => boolean;
  /** The subject of findings about lines. */
  readonly subject: 'imap.response' | 'sieve.response';
}

const none: readonly Finding[] = [];

/**
 * Reads responses of IMAP and ManageSieve: one line each, or several with literals between them. RFC 9051 section 4.3,
 * RFC 5804 section 4: `{n}` (`{n+}`, `~{n}`) at the end of a line, then n octets, then the rest of the line.
 */
export class LiteralReader {
  readonly #options: LiteralReaderOptions;
  /** The size of the literal that comes next; `undefined` while a line is read. */
  #literal: number | undefined;
  #firstLine = true;
  #findings = none;

  constructor(options: LiteralReaderOptions) {
    this.#options = options;
  }

  /** The literal that has been announced and is incomplete. */
  get lacking(): Lacking | undefined {
    const { reader } = this.#options;
    return this.#literal === undefined ? undefined : { announced: this.#literal, came: reader.pending - reader.taken };
  }

  /** Removes and returns the next response; `undefined` if it is incomplete. Throws a `ProtocolError` at limits. */
  next(): Framed | undefined {
    const { reader, mayHaveLiteral } = this.#options;
    for (;;) {
      if (this.#literal !== undefined) {
        if (reader.octets(this.#literal) === undefined) return undefined;
        this.#literal = undefined;
      }
      const line = reader.line();
      if (line === undefined) return undefined;
      this.#examine(line);
      this.#literal = !this.#firstLine || mayHaveLiteral(line) ? announcedLiteral(line) : undefined;
      if (this.#literal === undefined) {
        const findings = this.#findings;
        this.reset();
        const raw = reader.cut();
        return { raw, end: contentLength(raw), findings };
      }
      this.#firstLine = false;
      if (this.#literal > limits.largestLiteral) throw limitError('largestLiteral', line, this.#literal);
      const needed = reader.taken + this.#literal;
      if (needed > limits.longestReply) throw limitError('longestReply', line, needed);
    }
  }

  /** Discards what has been read of the current response. */
  reset(): void {
    this.#literal = undefined;
    this.#firstLine = true;
    this.#findings = none;
  }

  #examine(line: Buffer): void {
    const { subject } = this.#options;
    if (!endsWithCrlf(line)) this.#add(finding(`${subject}.bare-lf`, 'a line ends with LF, not with CRLF', line));
    const end = contentLength(line);
    if (line.includes(0)) this.#add(finding(`${subject}.control`, 'NUL in a line', line));
    const carriageReturn = line.indexOf(CR);
    if (carriageReturn !== -1 && carriageReturn < end)
      this.#add(finding(`${subject}.control`, 'CR within a line', line));
  }

  #add(found: Finding): void {
    if (!this.#findings.some(({ name }) => name === found.name)) this.#findings = [...this.#findings, found];
  }
}

const CR = 0x0d;

/** Longer than the announcement of any literal within the limits. */
const longestAnnouncement = 32;

/** The literal size that the end of a line announces. */
export function announcedLiteral(line: Buffer): number | undefined {
  const end = contentLength(line);
  if (line[end - 1] !== 0x7d) return undefined; // "}"
  const tail = line.toString('latin1', Math.max(0, end - longestAnnouncement), end);
  const digits = /\{(\d+)\+?\}$/.exec(tail)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
