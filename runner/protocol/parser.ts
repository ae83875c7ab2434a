import type { ReplyParser } from './reply.ts';

/** A parser's functions. */
export interface ParserParts extends Pick<ReplyParser, 'sent' | 'push' | 'take' | 'settle' | 'drain'> {
  forgive?(): void;
  unread(): boolean;
  pending(): number;
}

/**
 * The parser that has these functions. Its getters are a class's: V8 holds an object literal with getters, and all that
 * it refers to, until the next full collection.
 */
export function parserOf(parts: ParserParts): ReplyParser {
  return new Parser(parts);
}

class Parser implements ReplyParser {
  readonly sent: ReplyParser['sent'];
  readonly push: ReplyParser['push'];
  readonly take: ReplyParser['take'];
  readonly forgive: ReplyParser['forgive'];
  readonly settle: ReplyParser['settle'];
  readonly drain: ReplyParser['drain'];
  readonly #unread: () => boolean;
  readonly #pending: () => number;
  constructor({ sent, push, take, forgive = nothing, settle, drain, unread, pending }: ParserParts) {
    this.sent = sent;
    this.push = push;
    this.take = take;
    this.forgive = forgive;
    this.settle = settle;
    this.drain = drain;
    this.#unread = unread;
    this.#pending = pending;
  }
  get unread(): boolean {
    return this.#unread();
  }
  get pending(): number {
    return this.#pending();
  }
}

function nothing(): void {}
