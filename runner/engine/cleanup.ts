import type { Headline } from '../headline.ts';
import type { Scenario, Target } from '../plan.ts';
import { childrenOf, dialogueOf, factsOf, type Step } from '../steps.ts';
import { type Context, labelOf } from './context.ts';
import { StepFailure } from './failure.ts';
import { refuseLeftovers } from './leftovers.ts';
import type { Outage } from './outage.ts';
import type { RunningContext } from './running-context.ts';
import { serviceOf } from './service-needs.ts';
import { observe, type Session, takeIn } from './session.ts';
import type { TimeLimit } from './time-limit.ts';
import { lastReplyLimit } from './unread.ts';

/** How long `after` may take once the scenario's own time is up, in milliseconds: cleanup must not hang a run. */
const cleanupLimit = 10_000;

const outOfTime: Headline = { kind: 'message', message: "the scenario's time was over" };

/** How the dialogue ended. `outage`: a server did not let it go on. */
interface End {
  readonly failed: boolean;
  readonly outage: Outage | undefined;
}

/** Runs `after`. If the dialogue failed, it runs on the remaining connections, with time of its own. */
export async function cleanUp(
  context: RunningContext,
  scenario: Scenario,
  timer: TimeLimit,
  { failed, outage }: End,
): Promise<void> {
  if (!failed) {
    for (const step of scenario.after) await runUnlessSilent(context, step, undefined);
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
    await runOnLiving(context, scenario.after, outage);
  } finally {
    own.stop();
  }
}

/** Skips steps whose connection the failure has ended, so that the other steps still clean up. */
async function runOnLiving(context: RunningContext, steps: readonly Step[], outage: Outage | undefined): Promise<void> {
  for (const step of steps) {
    if (factsOf(step).inPlace && step.when === undefined) await runOnLiving(context, childrenOf(step), outage);
    else if (context.sessions.get(step.on)?.abandoned === undefined) await runUnlessSilent(context, step, outage);
    else context.transcript.note(step.on, `left out: ${labelOf(context, step)}`);
  }
}

/** Fails at once if the step would wait again for a server that is known not to answer. */
async function runUnlessSilent(context: RunningContext, step: Step, outage: Outage | undefined): Promise<void> {
  await context.run(step, async () => {
    await refuseSilent(context, [step], outage);
    await context.runAll([step]);
  });
}

/** Steps with a condition are left alone: it may depend on the steps before them. */
async function refuseSilent(context: Context, steps: readonly Step[], own: Outage | undefined): Promise<void> {
  for (const step of steps) {
    if (step.when !== undefined) continue;
    await refuseSilent(context, dialogueOf(step), own);
    const target = context.scenario.connections.get(step.on);
    const isOpen = context.sessions.get(step.on)?.finished === false;
    if (isOpen || target === undefined || factsOf(step).connection !== 'always') continue;
    const outage = own !== undefined && silences(own, target) ? own : await context.world.breaker.silence(target);
    if (outage !== undefined) throw new StepFailure(outage.code, outage.headline, { span: step.span, outage });
  }
}

/** Whether the outage was that this server left a new connection without an answer. */
function silences({ how, stage, target: lost }: Outage, target: Target): boolean {
  return (
    how === 'silent' &&
    (stage === 'connect' || stage === 'answer') &&
    (lost === target || serviceOf(lost) === (serviceOf(target) ?? ''))
  );
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
