import assert from 'node:assert/strict';
import { ProtocolError, type ReplyParser } from './reply.ts';

/** Whether there is something that a scenario should have expected, including incomplete replies. */
export function hasUnread(parser: ReplyParser): boolean {
  try {
    parser.settle();
  } catch (error) {
    assert.ok(error instanceof ProtocolError);
  }
  return parser.unread;
}
