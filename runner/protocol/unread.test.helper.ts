import assert from 'node:assert/strict';
import { ProtocolError, type ReplyParser } from './reply.ts';

/** Whether something is left that a scenario should have expected, incomplete replies included. */
export function hasUnread(parser: ReplyParser): boolean {
  try {
    parser.settle();
  } catch (error) {
    assert.ok(error instanceof ProtocolError);
  }
  return parser.unread;
}
