import type { Protocol } from './protocol.ts';
import type { ReplyParser } from './reply.ts';

/** A parser for a session that has begun: its greeting has been read. */
export function createGreetedParser(protocol: Protocol): ReplyParser {
  const parser = protocol.createParser();
  if (!protocol.greets) return parser;
  const { status, untagged } = protocol.replies;
  const word = status.form === 'word' ? (status.words[0] ?? '') : '220';
  parser.push(Buffer.from(`${untagged ? '* ' : ''}${word} ready\r\n`));
  parser.take();
  return parser;
}
