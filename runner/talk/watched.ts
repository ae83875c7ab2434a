import type { Lacking } from '../literal.ts';
import type { Finding } from '../protocol/findings.ts';
import type { Incomplete, Reply, ReplyParser, Sent, Want } from '../protocol/reply.ts';

/** The parser, which also reports each reply to `onReply`. */
export function watched(parser: ReplyParser, onReply: (reply: Reply) => void): ReplyParser {
  return new WatchedParser(parser, onReply);
}

class WatchedParser implements ReplyParser {
  readonly #parser: ReplyParser;
  readonly #onReply: (reply: Reply) => void;

  constructor(parser: ReplyParser, onReply: (reply: Reply) => void) {
    this.#parser = parser;
    this.#onReply = onReply;
  }

  sent(command: Sent): void {
    this.#parser.sent(command);
  }

  secured(): void {
    this.#parser.secured();
  }

  push(bytes: Buffer): void {
    this.#parser.push(bytes);
  }

  take(want?: Want): Reply | undefined {
    const reply = this.#parser.take(want);
    if (reply !== undefined) this.#onReply(reply);
    return reply;
  }

  forgive(): void {
    this.#parser.forgive();
  }

  settle(): void {
    this.#parser.settle();
  }

  findings(): readonly Finding[] {
    return this.#parser.findings();
  }

  drain(): Buffer {
    return this.#parser.drain();
  }

  get unread(): boolean {
    return this.#parser.unread;
  }

  get pending(): number {
    return this.#parser.pending;
  }

  get incomplete(): Incomplete | undefined {
    return this.#parser.incomplete;
  }

  get lacking(): Lacking | undefined {
    return this.#parser.lacking;
  }
}
