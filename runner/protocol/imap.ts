import { parseUntagged } from './imap-grammar/untagged.ts';
import { firstWord, headOf, isUntagged, mayHaveLiteral, notAResponse, readText, STAR } from './imap-response.ts';
import { createTails } from './imap-tails.ts';
import { type LimitName, limitError, limits, violation } from './limits.ts';
import { createLiteralReader } from './literal-reader.ts';
import { createOctetReader } from './octets.ts';
import { parserOf } from './parser.ts';
import type { ImapReply, ProtocolError, ReplyParser, UntaggedResponse, Want } from './reply.ts';
import { createCommandWatcher } from './sent-commands.ts';

export { createTags, parseCapabilities } from './imap-command.ts';

const greetingRule = 'RFC 9051 section 7.1';
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
 * The end of a reply of which only untagged responses were wanted may be forgiven: see `createTails`.
 */
export function createImapParser(): ReplyParser {
  const reader = createOctetReader({ lineLimit: 'longestImapLine' });
  const responses = createLiteralReader({ reader, mayHaveLiteral, rule: 'RFC 9051 section 2.2' });
  const tags = new Set<string>();
  const watcher = createCommandWatcher((line) => tags.add(firstWord(line)));
  const tails = createTails();

  let greeted = false;
  /** Responses out of the reader and not taken: untagged ones, and at most one other, the last. */
  let held: Buffer[] = [];
  let heldOctets = 0;
  /** The first of `held`, parsed. */
  let untagged: UntaggedResponse[] = [];
  let broken: ProtocolError | undefined;
  /** The response whose violation has been thrown. */
  let reported: Buffer | undefined;
  /** What was asked last, and about how many. */
  let asked: { readonly enough: Want['enough']; readonly count: number } | undefined;

  function broke(error: ProtocolError): ProtocolError {
    broken = error;
    return error;
  }

  function overLimit(name: LimitName, evidence: Buffer): ProtocolError {
    return broke(limitError(name, evidence));
  }

  /** The next response into `held`; false where none is complete. */
  function receive(): boolean {
    if (broken) throw broken;
    // Before the line ends, so that a server of another protocol is not waited for.
    if (!greeted && held.length === 0 && reader.taken === 0 && (reader.at(0) ?? STAR) !== STAR) {
      throw broke(violation('the greeting does not begin with "* "', greetingRule, reader.rest()));
    }
    let raw: Buffer | undefined;
    try {
      raw = responses.next();
    } catch (error) {
      throw broke(error as ProtocolError);
    }
    if (raw === undefined) return false;
    held.push(raw);
    heldOctets += raw.length;
    if (heldOctets > limits.longestReply) throw overLimit('longestReply', raw);
    if (held.length > limits.mostUntagged) throw overLimit('mostUntagged', raw);
    return true;
  }

  /** Whether the last of `held` is one that an expectation is due for. */
  function endsWithReply(): boolean {
    const last = held.at(-1);
    return last !== undefined && (!greeted || !isUntagged(last));
  }

  /** The first `count` of `held`, out of it, as the octets of a reply. */
  function release(count: number): Buffer {
    const taken = held.slice(0, count);
    held = held.slice(count);
    untagged = [];
    asked = undefined;
    const raw = taken.length === 1 && taken[0] ? taken[0] : Buffer.concat(taken);
    heldOctets -= raw.length;
    return raw;
  }

  /** Throws a response's violation once. */
  function report(raw: Buffer, error: ProtocolError): void {
    if (reported === raw) return;
    reported = raw;
    throw error;
  }

  function isEnough(want: Want | undefined): boolean {
    const count = untagged.length;
    if (want?.enough === undefined || count === 0) return false;
    if (asked?.enough === want.enough && asked.count === count) return false;
    if (count > limits.mostUntaggedAwaited) throw overLimit('mostUntaggedAwaited', held.at(-1) ?? Buffer.alloc(0));
    asked = { enough: want.enough, count };
    return want.enough(untagged);
  }

  function untaggedAlone(): ImapReply {
    const found = untagged;
    const { text } = found.at(-1) ?? { text: '' };
    return { protocol: 'imap', status: '*', raw: release(found.length), lines: [text], text, untagged: found };
  }

  function takeGreeting(raw: Buffer, want: Want | undefined): ImapReply | undefined {
    const { response, error } = parseUntagged(raw);
    // RFC 9051 section 9, "greeting".
    const known = isUntagged(raw) && greetings.has(response.name);
    if (!known) report(raw, violation('the greeting is none of OK, PREAUTH and BYE', greetingRule, raw));
    if (error) report(raw, error);
    greeted = true;
    if (!known) return undefined;
    untagged = [response];
    if (isEnough(want)) return untaggedAlone();
    const { responseCode } = response;
    const text = response.text.slice(response.name.length).replace(/^ /, '');
    return {
      protocol: 'imap',
      status: response.name,
      raw: release(1),
      lines: [text],
      text,
      ...(responseCode && { responseCode }),
      untagged: [],
    };
  }

  /** A tagged response, or a continuation request: what ends a reply. */
  function takeFinal(raw: Buffer): ImapReply | undefined {
    const head = headOf(raw);
    const match = head === undefined ? undefined : { ...head, ...readText(raw, head.end, head.status) };
    const error = match === undefined ? notAResponse(raw) : (match.error ?? unknownTag(match.tag, raw));
    if (error && reported !== raw) report(raw, error);
    if (match === undefined) {
      // It is no reply, and what came before it belongs to the one that follows.
      held.pop();
      heldOctets -= raw.length;
      return undefined;
    }
    const found = untagged;
    return {
      protocol: 'imap',
      status: match.status,
      ...(match.tag !== undefined && { tag: match.tag }),
      raw: release(held.length),
      lines: [match.text],
      text: match.text,
      ...(match.responseCode && { responseCode: match.responseCode }),
      untagged: found,
    };
  }

  function unknownTag(tag: string | undefined, raw: Buffer): ProtocolError | undefined {
    if (tag === undefined || tags.has(tag) || tag === firstWord(watcher.unfinished)) return undefined;
    return violation(`a response to the tag "${tag}", which no command had`, 'RFC 9051 section 2.2.2', raw);
  }

  function read(want: Want | undefined): ImapReply | undefined {
    for (;;) {
      if (greeted && isEnough(want)) return untaggedAlone();
      const raw = held[untagged.length];
      if (raw === undefined) {
        if (!receive()) return undefined;
      } else if (!greeted) {
        const reply = takeGreeting(raw, want);
        if (reply) return reply;
      } else if (isUntagged(raw)) {
        const { response, error } = parseUntagged(raw);
        untagged.push(response);
        if (error) report(raw, error);
      } else {
        const reply = takeFinal(raw);
        if (reply) return reply;
      }
    }
  }

  /** Reads no further than the end of the next reply. */
  function receiveReply(): boolean {
    while (!endsWithReply()) if (!receive()) return false;
    return true;
  }

  /** Whether the reply that has been received is the end of one that was expected. */
  function endsForgiven(): boolean {
    const last = held.at(-1);
    const head = last && headOf(last);
    return head !== undefined && tails.isForgiven(head);
  }

  return parserOf({
    sent(command) {
      if (command.tag === undefined) watcher.feed(command);
      else {
        tags.add(command.tag);
        tails.sent(command.tag);
      }
    },
    push: (bytes) => reader.push(bytes),
    take(want) {
      for (;;) {
        const reply = read(want);
        if (reply === undefined || !tails.took(reply)) return reply;
      }
    },
    forgive: tails.forgive,
    settle() {
      while (receiveReply() && endsForgiven()) {
        const reply = read(undefined);
        if (reply) tails.took(reply);
      }
    },
    unread: () => broken !== undefined || endsWithReply(),
    pending() {
      return reader.pending + heldOctets;
    },
    drain() {
      const all = Buffer.concat([...held, reader.drain()]);
      release(held.length);
      responses.reset();
      broken = reported = undefined;
      return all;
    },
  });
}
