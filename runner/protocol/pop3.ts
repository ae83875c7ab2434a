import { decodeText } from '../encoding.ts';
import { type Finding, finding } from './findings.ts';
import { bodyLine, type Framing, isLastLine, isSameFraming } from './framing.ts';
import { exceededByLines, limitError } from './limits.ts';
import { contentLength, createOctetReader, decodeLine, type OctetReader } from './octets.ts';
import { BaseParser } from './parser.ts';
import { type Pop3Command, pop3Command } from './pop3-commands.ts';
import { Pop3Flaws } from './pop3-flaws.ts';
import {
  type Incomplete,
  type Pop3Reply,
  type ProtocolError,
  type ReplyParser,
  type ResponseCode,
  type Sent,
  violation,
  type Want,
} from './reply.ts';
import { createCommandWatcher } from './sent-commands.ts';
import { SentOctets } from './sent-octets.ts';

/** RFC 1939 section 3. */
const byDot: Framing = { ends: 'dot' };

/**
 * RFC 1939 section 3. One `take` returns the greeting, a status line with its body if the command has one, or a
 * challenge. Replies to pipelined commands (RFC 2449 section 6.6) come in the order of the commands. `want.framing`
 * defines how the body of a positive reply ends, for any command: the last line belongs to the reply, but not to its
 * body.
 *
 * After a `ProtocolError` every `take` throws it again, until `drain`.
 */
export function createPop3Parser(): ReplyParser {
  return new Pop3Parser();
}

class Pop3Parser extends BaseParser {
  readonly #reader = createOctetReader();
  /** The commands without a reply so far. */
  #due: Pop3Command[] = [];
  #greeted = false;
  /** The last reply was a challenge: the next line sent is the response. */
  #challenged = false;
  #secured = false;
  readonly #watcher = createCommandWatcher((line) => {
    if (this.#challenged) this.#challenged = false;
    else this.#due.push(pop3Command(line));
  });

  /** The incomplete reply: its status line, and its body by the rules of `framing`. */
  #status: StatusLine | undefined;
  #body: string[] = [];
  readonly #sent = new SentOctets();
  #flaws = new Pop3Flaws(this.#sent);
  #framing: Framing | undefined;
  #broken: ProtocolError | undefined;
  /** Read by `settle`, and not cut from the reader yet. */
  #ready: Pop3Reply | undefined;

  override sent(command: Sent): void {
    this.#watcher.feed(command);
    this.#sent.sent(command);
  }

  override secured(): void {
    this.#secured = true;
  }

  override push(bytes: Buffer): void {
    this.#reader.push(bytes);
  }

  override take(want?: Want): Pop3Reply | undefined {
    const reply = this.#read(want?.framing);
    if (reply === undefined) return undefined;
    if (reply.status !== '+') {
      if (this.#greeted) this.#due = this.#due.slice(1);
      this.#greeted = true;
    }
    this.#challenged = reply.status === '+';
    this.#forget();
    return { ...reply, raw: this.#reader.cut() };
  }

  override settle(): void {
    if (this.#ready === undefined) this.#read(undefined);
  }

  override findings(): readonly Finding[] {
    return this.#flaws.take();
  }

  override get unread(): boolean {
    return this.#ready !== undefined || this.#broken !== undefined;
  }

  override get incomplete(): Incomplete | undefined {
    return this.unread || this.pending === 0 ? undefined : { name: 'pop3.reply.incomplete', octets: this.pending };
  }

  override get pending(): number {
    return this.#reader.pending;
  }

  override drain(): Buffer {
    this.#forget();
    this.#broken = undefined;
    this.#due = [];
    this.#challenged = false;
    return this.#reader.drain();
  }

  #forget(): void {
    this.#status = this.#ready = undefined;
    this.#body = [];
    this.#flaws = new Pop3Flaws(this.#sent);
  }

  #read(wanted: Framing | undefined): Pop3Reply | undefined {
    if (this.#broken) throw this.#broken;
    if (!isSameFraming(this.#framing, wanted)) {
      this.#reader.rewind();
      this.#forget();
      this.#framing = wanted;
    }
    if (this.#ready) return this.#ready;
    try {
      this.#ready = this.#complete(wanted);
      return this.#ready;
    } catch (error) {
      this.#broken = error as ProtocolError;
      throw error;
    }
  }

  #complete(wanted: Framing | undefined): Pop3Reply | undefined {
    if (this.#status === undefined) {
      if (!mayBegin(this.#reader)) throw noStatus(this.#reader.rest());
      const line = this.#line();
      if (line === undefined) return undefined;
      this.#status = statusLine(line, this.#flaws);
      this.#flaws.examineStatus(line);
    }
    const { status } = this.#status;
    const ends =
      status === '+OK' ? (wanted ?? (this.#greeted && this.#due[0]?.hasBody ? byDot : undefined)) : undefined;
    if (ends === undefined) return this.#reply(this.#status);
    for (let line = this.#line(); line !== undefined; line = this.#line()) {
      const text = decodeLine(line);
      if (ends.ends === 'dot') this.#flaws.examineBodyLine(line);
      if (isLastLine(ends, text)) return this.#reply(this.#status, this.#body);
      this.#body.push(bodyLine(ends, text));
    }
    return undefined;
  }

  #line(): Buffer | undefined {
    const line = this.#reader.line();
    if (line === undefined) return undefined;
    const exceeded = exceededByLines(this.#reader.taken, this.#body.length + 1);
    if (exceeded) throw limitError(exceeded.name, line, exceeded.reached);
    return line;
  }

  #reply(status: StatusLine, body?: readonly string[]): Pop3Reply {
    const command = this.#greeted && status.status === '+OK' ? this.#due[0] : undefined;
    if (command !== undefined) {
      this.#flaws.examineAnswer(command, status.text, body, status.line);
      if (command.name === 'CAPA') this.#flaws.examineCapabilities(body ?? [], this.#secured, status.line);
    }
    return replyOf(status, body, this.#flaws);
  }
}

interface StatusLine {
  readonly status: string;
  readonly text: string;
  readonly line: Buffer;
}

function noStatus(evidence: Buffer): ProtocolError {
  const message = 'a reply begins neither with "+OK" or "-ERR" nor with "+ "';
  return violation(finding('pop3.reply.syntax', message, evidence));
}

const PLUS = 0x2b;
const HYPHEN = 0x2d;

/** Checked before the line is complete, so that a server of another protocol does not lead to a timeout. */
function mayBegin(reader: OctetReader): boolean {
  const first = reader.at(0);
  return first === undefined || first === PLUS || first === HYPHEN;
}

/**
 * RFC 1939 section 3: in upper case, with a space before the text. RFC 5034 section 4: "+" and a space begin a
 * challenge; some servers omit the space of an empty one.
 */
function statusLine(line: Buffer, flaws: Pop3Flaws): StatusLine {
  const all = decodeText(line, 0, contentLength(line));
  const known = /^(?:\+OK|-ERR|\+(?= |$))/i.exec(all)?.[0] ?? '';
  const status = known === '' ? (/^[+-][A-Za-z]+(?= |$)/.exec(all)?.[0] ?? '') : known;
  if (status === '') throw noStatus(line);
  if (known === '') flaws.add('pop3.reply.status', `"${status}" is neither "+OK" nor "-ERR"`, line);
  else if (status !== status.toUpperCase()) flaws.add('pop3.reply.lowercase', `"${status}" is not in upper case`, line);
  const next = all[status.length];
  if (next !== undefined && next !== ' ') flaws.add('pop3.reply.missing-space', `no space after "${status}"`, line);
  return { status: status.toUpperCase(), text: all.slice(status.length + (next === ' ' ? 1 : 0)), line };
}

const nothing = Buffer.alloc(0);

function replyOf({ status, text }: StatusLine, body: readonly string[] | undefined, flaws: Pop3Flaws): Pop3Reply {
  const responseCode = status === '+' ? undefined : responseCodeOf(text);
  return {
    protocol: 'pop3',
    status,
    raw: nothing,
    lines: body ?? [text],
    text,
    ...(responseCode && { responseCode }),
    ...(body && { body }),
    ...(flaws.found.length > 0 && { findings: flaws.found }),
  };
}

/** RFC 2449 section 8: `[IN-USE]`, `[SYS/TEMP]`, before the human-readable text. */
function responseCodeOf(text: string): ResponseCode | undefined {
  const code = /^\[([\x21-\x5a\x5e-\x7f\\]+)\]/.exec(text)?.[1];
  return code === undefined ? undefined : { name: code.toUpperCase(), text: code };
}

/**
 * RFC 2449 section 5: the capabilities in CAPA's body, in upper case, with parameters as sent. Empty for a reply
 * without a body.
 */
export function parseCapabilities(reply: Pop3Reply): ReadonlyMap<string, readonly string[]> {
  return new Map(
    (reply.body ?? []).map((line) => {
      const [keyword = '', ...parameters] = line.split(' ').filter((word) => word !== '');
      return [keyword.toUpperCase(), parameters];
    }),
  );
}

/** RFC 1939 section 7: the greeting's timestamp with its angle brackets, with which APOP's digest begins. */
export function apopTimestamp(greeting: Pop3Reply): string | undefined {
  return /<[^<>\s]+@[^<>\s]+>/.exec(greeting.text)?.[0];
}
