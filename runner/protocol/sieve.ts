import type { Lacking } from '../literal.ts';
import { type Finding, finding } from './findings.ts';
import { limitError, limits, memoryOf } from './limits.ts';
import { LiteralReader } from './literal-reader.ts';
import { createOctetReader } from './octets.ts';
import { BaseParser } from './parser.ts';
import {
  type Incomplete,
  type ProtocolError,
  type ReplyParser,
  type Sent,
  type SieveReply,
  violation,
} from './reply.ts';
import { createCommandWatcher } from './sent-commands.ts';
import { readCapabilities } from './sieve-capabilities.ts';
import { type DataLine, type FinalLine, readLine } from './sieve-grammar.ts';
import { examineData } from './sieve-scripts.ts';

/**
 * RFC 5804 section 1.2. One `take` returns the data lines up to OK, NO or BYE. What the server sends unasked, its
 * capabilities in the greeting and again after STARTTLS's handshake (section 2.2), is a reply like any other.
 *
 * During AUTHENTICATE, a line with only one string is a challenge (section 2.1): a reply of status `+`, whose `text`
 * and only line are the string, still in base64.
 *
 * `text` is the human-readable text, with lines joined by LF, after the response code in its parentheses. `lines` are
 * the data lines with their strings in quotes, however they were sent; for GETSCRIPT, the script's lines.
 * `capabilities` are those of a reply that no command asked for, and of CAPABILITY.
 *
 * After a `ProtocolError` every `take` throws it again, until `drain`.
 */
export function createSieveParser(replyMemory: number = limits.sieveReplyMemory): ReplyParser {
  return new SieveParser(replyMemory);
}

class SieveParser extends BaseParser {
  readonly #replyMemory: number;
  readonly #reader = createOctetReader();
  readonly #responses = new LiteralReader({
    reader: this.#reader,
    mayHaveLiteral: () => true,
    subject: 'sieve.response',
  });
  /** The commands without a reply so far, in upper case. */
  #due: string[] = [];
  /** The next reply is one that no command asked for. */
  #unasked = true;
  #secured = false;
  readonly #watcher = createCommandWatcher(
    (line) => {
      // The responses to a challenge are strings.
      const command = /^[A-Za-z]+/.exec(line)?.[0];
      if (command !== undefined) this.#due.push(command.toUpperCase());
    },
    { literals: true },
  );

  /** The incomplete reply. */
  #raws: Buffer[] = [];
  #rawOctets = 0;
  #items = 0;
  #data: DataLine[] = [];
  #findings: Finding[] = [];
  /** The complete reply that has not been taken. */
  #ready: SieveReply | undefined;
  #broken: ProtocolError | undefined;

  constructor(replyMemory: number) {
    super();
    this.#replyMemory = replyMemory;
  }

  override sent(command: Sent): void {
    this.#watcher.feed(command);
  }

  override secured(): void {
    this.#secured = true;
  }

  override push(bytes: Buffer): void {
    this.#reader.push(bytes);
  }

  override take(): SieveReply | undefined {
    const reply = this.#read();
    if (reply === undefined) return undefined;
    this.#restart();
    if (reply.status === '+') return reply;
    const answered = this.#unasked ? undefined : this.#due[0];
    if (!this.#unasked) this.#due = this.#due.slice(1);
    // RFC 5804 section 2.2: after the handshake the server sends its capabilities.
    this.#unasked = answered === 'STARTTLS' && reply.status === 'OK';
    return reply;
  }

  override settle(): void {
    this.#read();
  }

  override findings(): readonly Finding[] {
    return this.#findings.splice(0);
  }

  override get unread(): boolean {
    return this.#ready !== undefined || this.#broken !== undefined;
  }

  override get lacking(): Lacking | undefined {
    return this.#responses.lacking;
  }

  override get incomplete(): Incomplete | undefined {
    return this.unread || this.pending === 0 ? undefined : { name: 'sieve.response.incomplete', octets: this.pending };
  }

  override get pending(): number {
    return this.#rawOctets + this.#reader.pending;
  }

  override drain(): Buffer {
    const all = Buffer.concat([...this.#raws, this.#reader.drain()]);
    this.#restart();
    this.#responses.reset();
    this.#due = [];
    this.#broken = undefined;
    return all;
  }

  #read(): SieveReply | undefined {
    if (this.#broken) throw this.#broken;
    try {
      this.#ready ??= this.#complete();
      return this.#ready;
    } catch (error) {
      this.#broken = error as ProtocolError;
      throw error;
    }
  }

  #complete(): SieveReply | undefined {
    for (;;) {
      this.#refuseOtherProtocol();
      const framed = this.#responses.next();
      if (framed === undefined) return undefined;
      const { raw } = framed;
      this.#raws.push(raw);
      this.#rawOctets += raw.length;
      const line = readLine(framed, this.#secured);
      this.#findings.push(...line.findings);
      // Each item is kept as its value and as text.
      this.#items += line.kind === 'data' ? 2 * line.count : 0;
      this.#refuseLarge(raw);
      const command = this.#unasked ? undefined : this.#due[0];
      if (line.kind === 'final') return this.#finalReply(line, command);
      const challenge = command === 'AUTHENTICATE' && line.items.length === 1 ? line.items[0]?.value : undefined;
      if (typeof challenge === 'string') return this.#reply({ status: '+', lines: [challenge], text: challenge });
      this.#data.push(line);
    }
  }

  #refuseLarge(evidence: Buffer): void {
    if (this.#rawOctets > limits.longestReply) throw limitError('longestReply', evidence, this.#rawOctets);
    const memory = this.#rawOctets + memoryOf(this.#raws.length, this.#items, this.#findings.length);
    if (memory > this.#replyMemory) throw limitError('sieveReplyMemory', evidence, memory, this.#replyMemory);
  }

  /** Checked before the line ends, so that a server of another protocol does not lead to a timeout. */
  #refuseOtherProtocol(): void {
    const first = this.#reader.at(0);
    if (!this.#unasked || this.#raws.length > 0 || this.#reader.taken > 0) return;
    if (first === undefined || mayBegin(first)) return;
    const message = 'the greeting begins with neither a string nor OK, NO or BYE';
    throw violation(finding('sieve.greeting.syntax', message, this.#reader.rest()));
  }

  #finalReply({ status, responseCode, text }: FinalLine, command: string | undefined): SieveReply {
    // Patterns see lines joined by LF; a literal has CRLF, and often one at its end.
    const shown = text?.replaceAll('\r\n', '\n').replace(/\n$/, '');
    const parts = [responseCode && `(${responseCode.text})`, shown];
    const listed = command === undefined || command === 'CAPABILITY' ? this.#data : [];
    const raw = Buffer.concat(this.#raws);
    const { capabilities, findings } = readCapabilities(listed, this.#secured, raw);
    this.#findings.push(...findings);
    if (command !== undefined) this.#findings.push(...examineData(command, status, this.#data, raw));
    return this.#reply({
      status,
      lines: this.#data.flatMap((line) => (command === 'GETSCRIPT' ? scriptLines(line) : [line.text])),
      text: parts.filter((part) => part !== undefined).join(' '),
      ...(responseCode && { responseCode }),
      ...(listed.length > 0 && { capabilities }),
    });
  }

  #reply(parts: Omit<SieveReply, 'protocol' | 'raw' | 'findings'>): SieveReply {
    const raw = Buffer.concat(this.#raws);
    const findings = this.#findings;
    return { protocol: 'sieve', raw, ...parts, ...(findings.length > 0 && { findings: [...findings] }) };
  }

  #restart(): void {
    this.#raws = [];
    this.#rawOctets = 0;
    this.#items = 0;
    this.#data = [];
    this.#findings = [];
    this.#ready = undefined;
  }
}

/** Whether a line may begin with this octet: a string, a literal, OK, NO or BYE. */
function mayBegin(octet: number): boolean {
  return '"{OoNnBb'.includes(String.fromCharCode(octet));
}

/** RFC 5804 section 2.9: the only string is the script. */
function scriptLines({ items, text }: DataLine): readonly string[] {
  const script = items.length === 1 ? items[0]?.value : undefined;
  return typeof script === 'string' ? script.replace(/\r?\n$/, '').split(/\r?\n/) : [text];
}
