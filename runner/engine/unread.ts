import type { Reply } from '../protocol/reply.ts';
import type { Span } from '../source.ts';
import { StepFailure } from './failure.ts';
import { octetsOf } from './problems.ts';
import type { Session } from './session.ts';

/** "Nothing goes unread": throws the failure that shows the reply which no step expected. */
export function refuseUnread(session: Session, span: Span, unread?: Reply): never {
  const reply = unread ?? session.parser.take();
  const actual = octetsOf(reply === undefined ? session.parser.drain() : reply.raw);
  throw new StepFailure('reply.unread', 'the server sent a reply that no step expects', {
    span,
    mismatches: [{ path: '', expected: { kind: 'nothing unread' }, actual }],
    hint: 'Add an "expect" for it; if the scenario is right, the server answers more than it was asked',
  });
}
