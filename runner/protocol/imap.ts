import type { Lacking } from '../literal.ts';
import { isWords } from '../value.ts';
import { type Finding, finding } from './findings.ts';
import { HeldResponses } from './held-responses.ts';
import { ImapCommands } from './imap-commands.ts';
import { parseUntagged } from './imap-grammar/untagged.ts';
import { headOf, isUntagged, notAResponse, readText } from './imap-response.ts';
import { createTails } from './imap-tails.ts';
import { limits, memoryOf } from './limits.ts';
import type { Framed } from './literal-reader.ts';
import {
  type ImapReply,
  type Incomplete,
  type ReplyParser,
  type Sent,
  type UntaggedResponse,
  violation,
  type Want,
} from './reply.ts';
import type { Grammar } from './scanner.ts';
import { SentOctets } from './sent-octets.ts';

export { createTags, parseCapabilities } from './imap-command.ts';

const greetings: ReadonlySet<string> = new Set(['OK', 'PREAUTH', 'BYE']);

/**
 * RFC 9051 section 7 (and RFC 3501). One `take` returns
 * - the greeting, before anything else: its status and response code, and no untagged responses;
 * - the next tagged response, with all untagged ones before it. With several commands in progress it is whichever
 *   arrives first: the caller compares `tag`;
 * - a continuation request, status `+`, with all untagged responses before it;
 * - with `want.enough`, status `*` and the untagged responses so far, once they are enough. It is called after each
 *   response, with the same growing list; after the greeting too, so that `* BYE` can match as one. If the stream ended
 *   without a tagged response, `enough: () => true` returns what has arrived.
 *
 * `take` throws a `ProtocolError` at limits and if the first line is not a greeting, and again until `drain`. A line
 * that is not a response is left out, and becomes a finding of the reply that follows. If only a reply's untagged
 * responses were wanted, its end may be forgiven: see `createTails`. `replyMemory` is a parameter for tests.
 */
export function createImapParser(replyMemory: number = limits.replyMemory): ReplyParser {
  return new ImapParser(replyMemory);
}

class ImapParser implements ReplyParser {
  readonly #replyMemory: number;
  readonly #held: HeldResponses;
  readonly #commands = new ImapCommands();
  readonly #sent = new SentOctets();
  readonly #tails = createTails();
  #greeted = false;
  /** The first of the held responses, parsed, and their violations. */
  #untagged: UntaggedResponse[] = [];
  /** The number of items in their lists. */
  #items = 0;
  #findings: Finding[] = [];
  /** The last `enough`, and the number of responses that it was called with. */
  #asked: { readonly enough: Want['enough']; readonly count: number } | undefined;
  #secured = false;
  /** RFC 6855 section 3, RFC 9051 section 6.3.1: whether strings may contain UTF-8. */
  #utf8 = false;

  constructor(replyMemory: number) {
    this.#replyMemory = replyMemory;
    this.#held = new HeldResponses(replyMemory);
  }

  sent(command: Sent): void {
    this.#sent.sent(command);
    this.#commands.sent(command);
    if (command.tag !== undefined) this.#tails.sent(command.tag);
  }

  secured(): void {
    this.#secured = true;
  }

  push(bytes: Buffer): void {
    this.#held.push(bytes);
  }

  take(want?: Want): ImapReply | undefined {
    for (;;) {
      const reply = this.#read(want);
      if (reply === undefined || !this.#tails.took(reply)) return reply;
      this.#findings.push(...(reply.findings ?? []));
    }
  }

  forgive(): void {
    this.#tails.forgive();
  }

  settle(): void {
    while (this.#receiveReply() && this.#endsForgiven()) {
      const reply = this.#read(undefined);
      if (reply) this.#tails.took(reply);
      this.#findings.push(...(reply?.findings ?? []));
    }
  }

  findings(): readonly Finding[] {
    while (this.#greeted && !this.#isLarge() && this.#parseUntagged());
    return this.#findings.splice(0);
  }

  get unread(): boolean {
    return this.#held.broken || this.#held.endsWithReply(this.#greeted);
  }

  get lacking(): Lacking | undefined {
    return this.#held.lacking;
  }

  get incomplete(): Incomplete | undefined {
    const octets = this.#held.begun;
    return octets === 0 ? undefined : { name: 'imap.response.incomplete', octets };
  }

  get pending(): number {
    return this.#held.pending;
  }

  drain(): Buffer {
    this.#forgetParsed();
    this.#findings = [];
    return this.#held.drain();
  }

  #read(want: Want | undefined): ImapReply | undefined {
    for (;;) {
      if (this.#greeted && this.#isEnough(want)) return this.#untaggedAlone();
      const framed = this.#held.at(this.#untagged.length);
      if (framed === undefined) {
        if (!this.#held.receive(this.#greeted)) return undefined;
      } else if (!this.#greeted) {
        return this.#takeGreeting(framed, want);
      } else if (!this.#parseUntagged()) {
        const reply = this.#takeFinal(framed);
        if (reply) return reply;
      }
      if (this.#isLarge())
        throw this.#held.overLimit('replyMemory', framed?.raw ?? Buffer.alloc(0), this.#memory, this.#replyMemory);
    }
  }

  /** The memory of the current reply, in octets. */
  get #memory(): number {
    return this.#held.pending + memoryOf(this.#untagged.length, this.#items, this.#findings.length);
  }

  /** Whether the current reply exceeds its memory limit. */
  #isLarge(): boolean {
    return this.#memory > this.#replyMemory;
  }

  /** Parses the next response, if it is untagged. */
  #parseUntagged(): boolean {
    const framed = this.#held.at(this.#untagged.length);
    if (framed === undefined || !isUntagged(framed.raw)) return false;
    const { response, findings, items } = parseUntagged(framed, this.#grammar());
    this.#untagged.push(response);
    this.#items += items;
    this.#findings.push(...findings);
    if (response.name === 'EXPUNGE' && this.#commands.forbidsExpunge)
      this.#findings.push(
        finding('imap.expunge.forbidden', 'EXPUNGE while message numbers must not change', framed.raw),
      );
    this.#learn(response);
    return true;
  }

  #grammar(): Grammar {
    return {
      protocol: 'imap',
      utf8: this.#utf8,
      secured: this.#secured,
      sent: this.#sent,
      isTag: (tag) => this.#commands.has(tag),
      isSort: (tag) => this.#commands.isSort(tag),
    };
  }

  #learn({ name, data, responseCode }: Pick<UntaggedResponse, 'name' | 'data' | 'responseCode'>): void {
    const isEnabled = name === 'ENABLED';
    const code = responseCode?.name === 'CAPABILITY' ? responseCode.data : undefined;
    const listed = isEnabled || name === 'CAPABILITY' ? data : code;
    if (!isWords(listed)) return;
    const has = new Set(listed.words.map((word) => word.toUpperCase()));
    // RFC 9051 section 6.3.1: a server that supports only IMAP4rev2 does not wait for ENABLE.
    if (isEnabled ? has.has('UTF8=ACCEPT') || has.has('IMAP4REV2') : has.has('IMAP4REV2') && !has.has('IMAP4REV1')) {
      this.#utf8 = true;
    }
  }

  #isEnough(want: Want | undefined): boolean {
    const count = this.#untagged.length;
    if (want?.enough === undefined || count === 0) return false;
    if (this.#asked?.enough === want.enough && this.#asked.count === count) return false;
    if (count > limits.mostUntaggedAwaited)
      throw this.#held.overLimit('mostUntaggedAwaited', this.#held.last?.raw ?? Buffer.alloc(0), count);
    this.#asked = { enough: want.enough, count };
    return want.enough(this.#untagged);
  }

  #untaggedAlone(): ImapReply {
    const untagged = this.#untagged;
    const { text } = untagged.at(-1) ?? { text: '' };
    return {
      protocol: 'imap',
      status: '*',
      raw: this.#release(untagged.length),
      lines: [text],
      text,
      untagged,
      ...this.#takeFindings(),
    };
  }

  #takeGreeting(framed: Framed, want: Want | undefined): ImapReply {
    const { raw } = framed;
    const { response, findings } = parseUntagged(framed, this.#grammar());
    // RFC 9051 section 9, "greeting".
    if (!isUntagged(raw) || !greetings.has(response.name)) {
      const message = 'the greeting is not OK, PREAUTH or BYE';
      throw this.#held.refuse(violation(finding('imap.greeting.syntax', message, raw)));
    }
    this.#greeted = true;
    this.#untagged = [response];
    this.#findings.push(...findings);
    this.#learn(response);
    if (this.#isEnough(want)) return this.#untaggedAlone();
    const { responseCode } = response;
    const text = response.text.slice(response.name.length).replace(/^ /, '');
    return {
      protocol: 'imap',
      status: response.name,
      raw: this.#release(1),
      lines: [text],
      text,
      ...(responseCode && { responseCode }),
      untagged: [],
      ...this.#takeFindings(),
    };
  }

  /** Takes a tagged response or a continuation request, which ends a reply. */
  #takeFinal(framed: Framed): ImapReply | undefined {
    const head = headOf(framed.raw, (tag) => this.#commands.has(tag));
    if (head === undefined) {
      this.#findings.push(...framed.findings, notAResponse(framed.raw));
      this.#held.discardLast();
      return undefined;
    }
    const { text, responseCode, findings } = readText(framed, head, this.#grammar());
    this.#findings.push(...framed.findings, ...head.findings, ...findings);
    this.#learn({ name: head.status, ...(responseCode && { responseCode }) });
    if (head.tag !== undefined) this.#commands.completed(head.tag);
    const untagged = this.#untagged;
    return {
      protocol: 'imap',
      status: head.status,
      ...(head.tag !== undefined && { tag: head.tag }),
      raw: this.#release(this.#held.count),
      lines: [text],
      text,
      ...(responseCode && { responseCode }),
      untagged,
      ...this.#takeFindings(),
    };
  }

  #takeFindings(): Pick<ImapReply, 'findings'> {
    return this.#findings.length === 0 ? {} : { findings: this.#findings.splice(0) };
  }

  #release(count: number): Buffer {
    this.#forgetParsed();
    return this.#held.release(count);
  }

  #forgetParsed(): void {
    this.#items = 0;
    this.#untagged = [];
    this.#asked = undefined;
  }

  /** Reads up to the end of the next reply and no further. */
  #receiveReply(): boolean {
    while (!this.#held.endsWithReply(this.#greeted)) if (!this.#held.receive(this.#greeted)) return false;
    return true;
  }

  /** Whether the received reply is only the end of one that was expected. */
  #endsForgiven(): boolean {
    const { last } = this.#held;
    const head = last && headOf(last.raw, (tag) => this.#commands.has(tag));
    return head !== undefined && this.#tails.isForgiven(head);
  }
}
