import type { Reply } from '../protocol/reply.ts';
import type { Context } from './context.ts';
import { StepFailure } from './failure.ts';
import { noteFindings, type Place } from './findings.ts';
import { octetsOf } from './problems.ts';
import { hasUnread, type Session } from './session.ts';

/**
 * "Nothing goes unread": throws the failure that shows a reply which no step expected. Throws a `ProtocolError` like any
 * reading, and takes in what departs from the grammar in responses that need not be expected.
 */
export function requireRead(context: Context, session: Session, place: Place): void {
  const isUnread = hasUnread(session);
  noteFindings(context, session, { span: place.span }, session.parser.findings());
  if (isUnread) refuseUnread(context, session, place);
}

export function refuseUnread(context: Context, session: Session, { span }: Place, unread?: Reply): never {
  const reply = unread ?? session.parser.take();
  noteFindings(context, session, { span }, reply?.findings);
  const actual = octetsOf(reply === undefined ? session.parser.drain() : reply.raw);
  throw new StepFailure('reply.unread', 'the server sent a reply that no step expects', {
    span,
    mismatches: [{ path: '', expected: { kind: 'nothing unread' }, actual }],
    hint: 'Add an "expect" for it; if the scenario is right, the server answers more than it was asked',
  });
}
