import type { Lacking } from '../literal.ts';
import { type Finding, finding } from './findings.ts';
import { limitError, limits } from './limits.ts';
import { contentLength, endsWithCrlf, type OctetReader } from './octets.ts';

/** A response with its literals and its line end. */
export interface Framed {
  readonly raw: Buffer;
  /** Where the line end begins. */
  readonly end: number;
  /** What is wrong with its lines. */
  readonly findings: readonly Finding[];
}

interface LiteralReaderOptions {
  readonly reader: OctetReader;
  /** Whether the line that begins a response may end with a literal: not where its end is text for people. */
  readonly mayHaveLiteral: (firstLine: Buffer) => boolean;
  /** What findings about lines are about. */
  readonly subject: 'imap.response' | 'sieve.response';
}

const none: readonly Finding[] = [];

/**
 * Responses that are one line each, or several with literals between them: IMAP's and ManageSieve's. RFC 9051 section
 * 4.3, RFC 5804 section 4: `{n}` (`{n+}`, `~{n}`) at the end of a line, then n octets, then more of the line.
 */
export class LiteralReader {
  readonly #options: LiteralReaderOptions;
  /** Octets of the literal that comes next; none while a line is read. */
  #literal: number | undefined;
  #firstLine = true;
  #findings = none;

  constructor(options: LiteralReaderOptions) {
    this.#options = options;
  }

  /** The literal that has been announced and is not complete. */
  get lacking(): Lacking | undefined {
    const { reader } = this.#options;
    return this.#literal === undefined ? undefined : { announced: this.#literal, came: reader.pending - reader.taken };
  }

  /** The next response, and out of the reader; none where it is not complete. Throws a `ProtocolError` at limits. */
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
      if (this.#literal > limits.largestLiteral) throw limitError('largestLiteral', line);
      if (reader.taken + this.#literal > limits.longestReply) throw limitError('longestReply', line);
    }
  }

  /** Forgets what it has read of the response under way. */
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

/** More digits than any literal within the limits has. */
const longestAnnouncement = 32;

/** The size that the end of a line announces. */
export function announcedLiteral(line: Buffer): number | undefined {
  const end = contentLength(line);
  if (line[end - 1] !== 0x7d) return undefined; // "}"
  const tail = line.toString('latin1', Math.max(0, end - longestAnnouncement), end);
  const digits = /\{(\d+)\+?\}$/.exec(tail)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
