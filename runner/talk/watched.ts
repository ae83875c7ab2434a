import { parserOf } from '../protocol/parser.ts';
import type { Reply, ReplyParser } from '../protocol/reply.ts';

/** The parser, which tells of each reply that is taken. */
export function watched(parser: ReplyParser, onReply: (reply: Reply) => void): ReplyParser {
  return parserOf({
    sent: (command) => parser.sent(command),
    push: (bytes) => parser.push(bytes),
    take(want) {
      const reply = parser.take(want);
      if (reply !== undefined) onReply(reply);
      return reply;
    },
    forgive: () => parser.forgive(),
    settle: () => parser.settle(),
    drain: () => parser.drain(),
    unread: () => parser.unread,
    pending: () => parser.pending,
  });
}
