import type { Headline } from '../headline.ts';
import type { Scenario } from '../plan.ts';
import { childrenOf, factsOf, type Step } from '../steps.ts';
import { type Context, labelOf } from './context.ts';
import { refuseLeftovers } from './leftovers.ts';
import type { RunningContext } from './running-context.ts';
import { observe, type Session, takeIn } from './session.ts';
import type { TimeLimit } from './time-limit.ts';
import { lastReplyLimit } from './unread.ts';

/** How long `after` may take once the scenario's own time is up, in milliseconds: cleanup must not hang a run. */
const cleanupLimit = 10_000;

const outOfTime: Headline = { kind: 'message', message: "the scenario's time was over" };

/** Runs `after`. If the dialogue failed, it runs on the remaining connections, with time of its own. */
export async function cleanUp(
  context: RunningContext,
  scenario: Scenario,
  timer: TimeLimit,
  failed: boolean,
): Promise<void> {
  if (!failed) {
    await context.runAll(scenario.after);
    context.current = undefined;
    return refuseLeftovers(context, scenario);
  }
  context.transcript.note('', 'cleanup');
  if (timer.expired()) {
    for (const session of context.sessions.values()) session.abandoned ??= outOfTime;
  }
  await Promise.all([...context.sessions.values()].map((session) => settle(context, session)));
  const own = context.world.limit(cleanupLimit);
  context.signal = own.signal;
  try {
    await runOnLiving(context, scenario.after);
  } finally {
    own.stop();
  }
}

/** Skips steps whose connection the failure has ended, so that the other steps still clean up. */
async function runOnLiving(context: RunningContext, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if (factsOf(step).inPlace && step.when === undefined) await runOnLiving(context, childrenOf(step));
    else if (context.sessions.get(step.on)?.abandoned === undefined) await context.runAll([step]);
    else context.transcript.note(step.on, `left out: ${labelOf(context, step)}`);
  }
}

/**
 * Discards what the failed dialogue left unread, and waits for replies still due, so that cleanup does not read them as
 * its own.
 */
async function settle(context: Context, session: Session): Promise<void> {
  const { clock } = context.world;
  if (session.abandoned !== undefined || session.finished) return;
  const deadline = clock() + lastReplyLimit;
  try {
    takeIn(session);
    while (session.owed > 0) {
      const { event } = await observe(session, {}, deadline, undefined, clock);
      if (event !== 'reply') break;
    }
  } catch {
    session.abandoned = { kind: 'message', message: 'a reply to it is still due, or was none' };
  }
  session.parser.drain();
}
