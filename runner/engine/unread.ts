import { repliesLike } from '../protocol/protocols.ts';
import type { Reply } from '../protocol/reply.ts';
import { TransportError } from '../transport/transport.ts';
import type { Context } from './context.ts';
import { StepFailure } from './failure.ts';
import { noteFindings, type Place } from './findings.ts';
import { drainEnd } from './fragment.ts';
import { octetsOf } from './problems.ts';
import { hasUnread, type Session } from './session.ts';

/**
 * How long the end of a scenario waits for replies that are due before it concludes that all were read, in
 * milliseconds.
 */
export const lastReplyLimit = 500;

/**
 * Throws a failure that shows a reply which no step expected: nothing goes unread. A server's last reply before the end
 * is kept for the next expectation. Records violations in responses that need not be expected. Throws a `ProtocolError`
 * like any reading.
 */
export function requireRead(context: Context, session: Session, place: Place): void {
  const isUnread = hasUnread(session);
  const findings = session.parser.findings();
  if (findings.length > 0) noteFindings(context, session, { span: place.span }, findings);
  if (!isUnread) return;
  const reply = session.parting ?? session.parser.take();
  if (reply !== undefined && session.parting === undefined && repliesLike(reply).isParting?.(reply) === true) {
    session.parting = reply;
    return;
  }
  refuseUnread(context, session, place, reply);
}

export function refuseUnread(context: Context, session: Session, { span }: Place, unread?: Reply): never {
  const reply = unread ?? session.parting ?? session.parser.take();
  noteFindings(context, session, { span }, reply?.findings);
  const actual = octetsOf(reply === undefined ? session.parser.drain() : reply.raw);
  throw new StepFailure('reply.unread', 'the server sent a reply that no step expects', {
    span,
    mismatches: [{ path: '', expected: { kind: 'nothing unread' }, actual }],
    hint: unreadHint(session),
  });
}

function unreadHint({ greeting, greetedCommand, protocol }: Session): string {
  if (protocol.greets && (greeting === undefined || greetedCommand))
    return 'The server speaks first: begin the dialogue with an "expect" for its greeting';
  return 'Every reply needs an "expect": look for a "send" without one, here or before; if there is none, the server answers more than it was asked';
}

/** The beginning of a reply may have arrived: its end is awaited as long as more octets arrive. */
export async function refuseFragment(context: Context, session: Session, place: Place): Promise<void> {
  const { parser, transport } = session;
  try {
    while (parser.incomplete !== undefined) {
      const octets = await transport.read(context.world.clock() + lastReplyLimit);
      if (octets === null) break;
      parser.push(octets);
      requireRead(context, session, place);
    }
  } catch (error) {
    if (!(error instanceof TransportError) || error.kind === 'aborted') throw error;
  }
  noteFindings(context, session, { span: place.span }, drainEnd(parser).findings);
}
