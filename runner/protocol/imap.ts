import { greetingRule, HeldResponses } from './held-responses.ts';
import { parseUntagged } from './imap-grammar/untagged.ts';
import { firstWord, headOf, isUntagged, notAResponse, readText } from './imap-response.ts';
import { createTails } from './imap-tails.ts';
import { limits, violation } from './limits.ts';
import type { ImapReply, ProtocolError, ReplyParser, Sent, UntaggedResponse, Want } from './reply.ts';
import { createCommandWatcher } from './sent-commands.ts';

export { createTags, parseCapabilities } from './imap-command.ts';

const greetings: ReadonlySet<string> = new Set(['OK', 'PREAUTH', 'BYE']);

/**
 * RFC 9051 section 7 (and RFC 3501). One `take` gives
 * - the greeting, before anything else: its status and response code, and no untagged responses;
 * - the next tagged response, with all untagged ones before it. With several commands under way it is whichever
 *   comes first: the caller compares `tag`;
 * - a continuation request, status `+`, with all untagged ones before it;
 * - with `want.enough`, status `*` and the untagged responses so far, once they are enough. It is asked after each
 *   response, about the same growing list; about the greeting too, so that `* BYE` can be met by one. Where the
 *   stream ended without a tagged response, `enough: () => true` gets what came.
 *
 * `take` throws a `ProtocolError` at limits and for lines that are none, and again until `drain`. For a response that
 * breaks its grammar it throws once; the next `take` goes on, and has the response as text.
 * If only a reply's untagged responses were wanted, its end may be forgiven: see `createTails`.
 */
export function createImapParser(): ReplyParser {
  return new ImapParser();
}

class ImapParser implements ReplyParser {
  readonly #held = new HeldResponses();
  readonly #tags = new Set<string>();
  readonly #watcher = createCommandWatcher((line) => this.#tags.add(firstWord(line)));
  readonly #tails = createTails();
  #greeted = false;
  /** The first of those held, parsed. */
  #untagged: UntaggedResponse[] = [];
  /** The response whose violation has been thrown. */
  #reported: Buffer | undefined;
  /** What was asked last, and about how many. */
  #asked: { readonly enough: Want['enough']; readonly count: number } | undefined;

  sent(command: Sent): void {
    if (command.tag === undefined) this.#watcher.feed(command);
    else {
      this.#tags.add(command.tag);
      this.#tails.sent(command.tag);
    }
  }

  push(bytes: Buffer): void {
    this.#held.push(bytes);
  }

  take(want?: Want): ImapReply | undefined {
    for (;;) {
      const reply = this.#read(want);
      if (reply === undefined || !this.#tails.took(reply)) return reply;
    }
  }

  forgive(): void {
    this.#tails.forgive();
  }

  settle(): void {
    while (this.#receiveReply() && this.#endsForgiven()) {
      const reply = this.#read(undefined);
      if (reply) this.#tails.took(reply);
    }
  }

  get unread(): boolean {
    return this.#held.broken || this.#held.endsWithReply(this.#greeted);
  }

  get pending(): number {
    return this.#held.pending;
  }

  drain(): Buffer {
    this.#forgetParsed();
    this.#reported = undefined;
    return this.#held.drain();
  }

  #read(want: Want | undefined): ImapReply | undefined {
    for (;;) {
      if (this.#greeted && this.#isEnough(want)) return this.#untaggedAlone();
      const raw = this.#held.at(this.#untagged.length);
      if (raw === undefined) {
        if (!this.#held.receive(this.#greeted)) return undefined;
      } else if (!this.#greeted) {
        const reply = this.#takeGreeting(raw, want);
        if (reply) return reply;
      } else if (isUntagged(raw)) {
        const { response, error } = parseUntagged(raw);
        this.#untagged.push(response);
        if (error) this.#report(raw, error);
      } else {
        const reply = this.#takeFinal(raw);
        if (reply) return reply;
      }
    }
  }

  #isEnough(want: Want | undefined): boolean {
    const count = this.#untagged.length;
    if (want?.enough === undefined || count === 0) return false;
    if (this.#asked?.enough === want.enough && this.#asked.count === count) return false;
    if (count > limits.mostUntaggedAwaited)
      throw this.#held.overLimit('mostUntaggedAwaited', this.#held.last ?? Buffer.alloc(0));
    this.#asked = { enough: want.enough, count };
    return want.enough(this.#untagged);
  }

  #untaggedAlone(): ImapReply {
    const untagged = this.#untagged;
    const { text } = untagged.at(-1) ?? { text: '' };
    return { protocol: 'imap', status: '*', raw: this.#release(untagged.length), lines: [text], text, untagged };
  }

  #takeGreeting(raw: Buffer, want: Want | undefined): ImapReply | undefined {
    const { response, error } = parseUntagged(raw);
    // RFC 9051 section 9, "greeting".
    const known = isUntagged(raw) && greetings.has(response.name);
    if (!known) this.#report(raw, violation('the greeting is none of OK, PREAUTH and BYE', greetingRule, raw));
    if (error) this.#report(raw, error);
    this.#greeted = true;
    if (!known) return undefined;
    this.#untagged = [response];
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
    };
  }

  /** A tagged response, or a continuation request: what ends a reply. */
  #takeFinal(raw: Buffer): ImapReply | undefined {
    const head = headOf(raw);
    const match = head === undefined ? undefined : { ...head, ...readText(raw, head.end, head.status) };
    const error = match === undefined ? notAResponse(raw) : (match.error ?? this.#unknownTag(match.tag, raw));
    if (error) this.#report(raw, error);
    if (match === undefined) {
      this.#held.discardLast();
      return undefined;
    }
    const untagged = this.#untagged;
    return {
      protocol: 'imap',
      status: match.status,
      ...(match.tag !== undefined && { tag: match.tag }),
      raw: this.#release(this.#held.count),
      lines: [match.text],
      text: match.text,
      ...(match.responseCode && { responseCode: match.responseCode }),
      untagged,
    };
  }

  #unknownTag(tag: string | undefined, raw: Buffer): ProtocolError | undefined {
    if (tag === undefined || this.#tags.has(tag) || tag === firstWord(this.#watcher.unfinished)) return undefined;
    return violation(`a response to the tag "${tag}", which no command had`, 'RFC 9051 section 2.2.2', raw);
  }

  /** Throws a response's violation once. */
  #report(raw: Buffer, error: ProtocolError): void {
    if (this.#reported === raw) return;
    this.#reported = raw;
    throw error;
  }

  #release(count: number): Buffer {
    this.#forgetParsed();
    return this.#held.release(count);
  }

  #forgetParsed(): void {
    this.#untagged = [];
    this.#asked = undefined;
  }

  /** Reads no further than the end of the next reply. */
  #receiveReply(): boolean {
    while (!this.#held.endsWithReply(this.#greeted)) if (!this.#held.receive(this.#greeted)) return false;
    return true;
  }

  /** Whether the received reply is only the end of one that was expected. */
  #endsForgiven(): boolean {
    const head = this.#held.last && headOf(this.#held.last);
    return head !== undefined && this.#tails.isForgiven(head);
  }
}
