import { decodeText } from '../encoding.ts';
import { type Finding, finding } from './findings.ts';
import { exceededByLines, limitError } from './limits.ts';
import { contentLength, createOctetReader, type OctetReader } from './octets.ts';
import { BaseParser } from './parser.ts';
import {
  type Incomplete,
  type ProtocolError,
  type ReplyParser,
  type Sent,
  type SmtpReply,
  violation,
} from './reply.ts';
import { createCommandWatcher } from './sent-commands.ts';
import { SentOctets } from './sent-octets.ts';
import { examineExtensions } from './smtp-extensions.ts';
import { SmtpFlaws } from './smtp-flaws.ts';

export { dotStuff, stuffDots } from './dot.ts';
export { parseExtensions } from './smtp-extensions.ts';

const SPACE = 0x20;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;

const codeLength = 3;

/**
 * RFC 5321 section 4.2: replies of SMTP and LMTP, including the greeting. One `take` returns one reply with all its
 * lines; after an LMTP message each recipient has its own reply (RFC 2033 section 4.2).
 *
 * After a `ProtocolError` every `take` throws it again, until `drain`.
 */
export function createSmtpParser(): ReplyParser {
  return new SmtpParser();
}

class SmtpParser extends BaseParser {
  readonly #reader = createOctetReader();
  readonly #watcher = createCommandWatcher((line) => this.#begun(line));
  readonly #sent = new SentOctets();
  readonly #flaws = new SmtpFlaws(this.#sent);
  /** The incomplete reply: the codes of its lines, each once, and the text after them. */
  #codes: number[] = [];
  #lines: string[] = [];
  /** The first enhanced status code of its lines. */
  #enhanced: string | undefined;
  /** Parsed by `settle`, and not taken yet. */
  #ready: SmtpReply | undefined;
  #broken: ProtocolError | undefined;
  #secured = false;
  /** The last command of the client was EHLO, after which RFC 2920 section 3.1 allows nothing in a pipeline. */
  #hello = false;
  #smtputf8 = false;
  /** The server advertises ENHANCEDSTATUSCODES. */
  #promised = false;
  /** The last command is AUTH, and its exchange is not finished. */
  #authenticating = false;

  override sent(command: Sent): void {
    this.#watcher.feed(command);
    this.#sent.sent(command);
  }

  override secured(): void {
    this.#secured = true;
    this.#hello = false;
  }

  override push(bytes: Buffer): void {
    this.#reader.push(bytes);
  }

  override take(): SmtpReply | undefined {
    if (this.#ready === undefined) return this.#read();
    const reply = this.#ready;
    this.#ready = undefined;
    return reply;
  }

  override settle(): void {
    if (this.#reader.pending > 0) this.#ready ??= this.#read();
  }

  override findings(): readonly Finding[] {
    this.#compareCodes(this.#reader.rest());
    return this.#flaws.take();
  }

  override get unread(): boolean {
    return this.#ready !== undefined || this.#broken !== undefined;
  }

  override get incomplete(): Incomplete | undefined {
    return this.unread || this.pending === 0 ? undefined : { name: 'smtp.reply.incomplete', octets: this.pending };
  }

  override get pending(): number {
    return this.#reader.pending + (this.#ready === undefined ? 0 : this.#ready.raw.length);
  }

  override drain(): Buffer {
    const rest = this.#reader.drain();
    const all = this.#ready === undefined ? rest : Buffer.concat([this.#ready.raw, rest]);
    this.#ready = this.#broken = undefined;
    this.#restart();
    return all;
  }

  #begun(line: string): void {
    this.#hello = /^(?:EHLO|LHLO)\b/i.test(line);
    this.#authenticating = /^AUTH /i.test(line);
    // RFC 6531 section 3.4.
    if (/^(?:MAIL|VRFY|EXPN) .* SMTPUTF8(?: |$)/i.test(line)) this.#smtputf8 = true;
  }

  #read(): SmtpReply | undefined {
    if (this.#broken) throw this.#broken;
    try {
      for (;;) {
        if (!mayBegin(this.#reader)) {
          const evidence = this.#reader.rest();
          throw violation(finding('smtp.reply.syntax', 'a line does not begin with a reply code', evidence));
        }
        const line = this.#reader.line();
        if (line === undefined) return undefined;
        if (!isCode(line))
          throw violation(finding('smtp.reply.syntax', 'a line does not begin with a reply code', line));
        const reply = this.#add(line);
        if (reply !== undefined) return reply;
      }
    } catch (error) {
      this.#broken = error as ProtocolError;
      throw error;
    }
  }

  /** Returns the reply if this is its last line. */
  #add(line: Buffer): SmtpReply | undefined {
    const code = codeOf(line);
    const end = contentLength(line);
    const separator = end === codeLength ? undefined : line[codeLength];
    const isSeparated = separator === undefined || separator === SPACE || separator === HYPHEN;
    if (!isSeparated) this.#flaws.add('smtp.reply.missing-space', `no space after the code ${code}`, line);
    const text = decodeText(line, Math.min(end, isSeparated ? codeLength + 1 : codeLength), end);
    this.#flaws.examine(line, text, code, this.#smtputf8);
    const enhanced = enhancedCode(text);
    const first = this.#enhanced;
    if (enhanced !== undefined || first !== undefined)
      this.#flaws.examineEnhanced(code, enhanced, first, this.#promised, line);
    this.#enhanced ??= enhanced;
    if (!this.#codes.includes(code)) this.#codes.push(code);
    this.#lines.push(text);
    const exceeded = exceededByLines(this.#reader.taken, this.#lines.length);
    if (exceeded) throw limitError(exceeded.name, line, exceeded.reached);
    return separator === HYPHEN ? undefined : this.#end(code);
  }

  #end(code: number): SmtpReply {
    const raw = this.#reader.cut();
    this.#compareCodes(raw);
    this.#examineLogin(code, raw);
    const isHello = this.#hello && code === 250;
    if (isHello) this.#promised = this.#lines.some((line) => /^ENHANCEDSTATUSCODES\b/i.test(line));
    const reply = replyOf(code, this.#lines, raw, this.#enhanced);
    const flaws = this.#flaws.take();
    const extensions = isHello ? examineExtensions(this.#lines, raw, this.#secured) : [];
    this.#restart();
    return flaws.length + extensions.length === 0 ? reply : { ...reply, findings: [...flaws, ...extensions] };
  }

  /** RFC 4954 section 4: 334 and a challenge in base64, or nothing; 235 means that the login succeeded. */
  #examineLogin(code: number, raw: Buffer): void {
    if (!this.#authenticating) return;
    if (code === 334) {
      if (/^ | $/.test(this.#lines[0] ?? ''))
        this.#flaws.add('smtp.auth.extra-space', 'a space beside the challenge', raw);
      return;
    }
    this.#authenticating = false;
    if (code >= 300 || code === 235) return;
    this.#flaws.add('smtp.auth.code', `${code} instead of 235`, raw, { field: 'code', values: [code] });
  }

  #compareCodes(evidence: Buffer): void {
    // Checked first, since every reply passes through here.
    if (this.#codes.length < 2) return;
    const [first, second] = this.#codes;
    const message = `the lines of one reply have two codes, ${first} and ${second}`;
    this.#flaws.add('smtp.reply.codes', message, evidence, { field: 'code', values: this.#codes });
  }

  #restart(): void {
    this.#codes = [];
    this.#lines = [];
    this.#enhanced = undefined;
    this.#flaws.take();
  }
}

/**
 * Whether the octets so far may begin a reply line: three digits from 200 to 599. Checked before the line is complete,
 * so that a server of another protocol does not lead to a timeout.
 */
function mayBegin(reader: OctetReader): boolean {
  const first = reader.at(0);
  if (first === undefined) return true;
  if (first < 0x32 || first > 0x35) return false;
  const second = reader.at(1);
  if (second === undefined) return true;
  if (!isDigit(second)) return false;
  const third = reader.at(2);
  return third === undefined || isDigit(third);
}

/** Whether a whole line begins with such a code. */
function isCode(line: Buffer): boolean {
  return line.length > codeLength && isDigit(line[1] ?? 0) && isDigit(line[2] ?? 0);
}

function isDigit(octet: number): boolean {
  return octet >= ZERO && octet <= 0x39;
}

function codeOf(line: Buffer): number {
  return ((line[0] ?? 0) - ZERO) * 100 + ((line[1] ?? 0) - ZERO) * 10 + ((line[2] ?? 0) - ZERO);
}

function replyOf(code: number, lines: readonly string[], raw: Buffer, enhanced: string | undefined): SmtpReply {
  const text = lines.length === 1 ? (lines[0] ?? '') : lines.join('\n');
  return { protocol: 'smtp', code, raw, lines, text, ...(enhanced !== undefined && { enhanced }) };
}

// RFC 3463 section 2: class "." subject "." detail; RFC 2034 section 4: at the beginning of the text.
const statusCode = /^[245]\.\d{1,3}\.\d{1,3}(?=\s|$)/;

function enhancedCode(line: string): string | undefined {
  // The pattern runs only if it may match: this is called for every line of every reply.
  return line.charCodeAt(1) === DOT ? statusCode.exec(line)?.[0] : undefined;
}
