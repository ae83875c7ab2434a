import type { Scenario } from '../plan.ts';
import type { Context } from './context.ts';
import { StepFailure } from './failure.ts';
import { hasUnread, observe, type Session } from './session.ts';
import { refuseUnread } from './unread.ts';

/** How long the end waits for replies that are still due, before it says that nothing lies unread. */
export const lastReplyLimit = 500;

/** "Ending a scenario with a reply unread fails it": replies still due are given a moment to arrive. */
export async function refuseLeftovers(context: Context, scenario: Scenario): Promise<void> {
  for (const session of context.sessions.values()) {
    if (session.finished || session.abandoned !== undefined) continue;
    if (hasUnread(session)) refuseUnread(session, lastSpan(scenario));
    if (session.owed > 0) await refuseLateReply(context, session, scenario);
  }
}

async function refuseLateReply(context: Context, session: Session, scenario: Scenario): Promise<void> {
  const { clock } = context.world;
  try {
    const seen = await observe(session, {}, clock() + lastReplyLimit, lastReplyLimit / 2, clock);
    if (seen.event !== 'reply') return;
    session.parser.drain();
    refuseUnread(session, lastSpan(scenario), seen.reply);
  } catch (error) {
    if (error instanceof StepFailure) throw error;
    // Silence, or octets that are no reply: nothing lies complete and unread.
  }
}

function lastSpan(scenario: Scenario): Scenario['span'] {
  return (scenario.after.at(-1) ?? scenario.dialogue.at(-1))?.span ?? scenario.span;
}
