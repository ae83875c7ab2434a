import type { Lacking } from '../literal.ts';
import type { Finding } from './findings.ts';
import type { Incomplete, Reply, ReplyParser, Sent, Want } from './reply.ts';

/** The common part of most parsers: TLS makes no difference, and replies have no tails. */
export abstract class BaseParser implements ReplyParser {
  abstract sent(command: Sent): void;
  abstract push(bytes: Buffer): void;
  abstract take(want?: Want): Reply | undefined;
  abstract settle(): void;
  abstract drain(): Buffer;
  abstract get unread(): boolean;
  abstract get pending(): number;

  secured(): void {}

  forgive(): void {}

  findings(): readonly Finding[] {
    return [];
  }

  get incomplete(): Incomplete | undefined {
    return undefined;
  }

  get lacking(): Lacking | undefined {
    return undefined;
  }
}
