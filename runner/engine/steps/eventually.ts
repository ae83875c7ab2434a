import { defined } from '../../defined.ts';
import type { Step } from '../../steps.ts';
import type { Context } from '../context.ts';
import { StepFailure } from '../failure.ts';
import { violationFailure } from '../findings.ts';
import { noteFound } from '../observed.ts';
import { inHaste } from '../outage.ts';
import type { Session } from '../session.ts';

/** The shortest pause between two attempts, in milliseconds: attempts that never wait would keep the processor busy. */
const shortestPause = 10;
/**
 * Milliseconds that even an attempt at the very end has for its replies: as many as the one before took, within these
 * bounds.
 */
const lastTry = { shortest: 1000, longest: 5000 };

/** `eventually`: repeats its steps until all succeed. Connections opened in it are closed between attempts. */
export async function eventually(step: Extract<Step, { kind: 'eventually' }>, context: Context): Promise<void> {
  const { clock, deliveries } = context.world;
  const within = patience(step, context);
  const deadline = clock() + within;
  let took = 0;
  for (let tries = 1; ; tries++) {
    const before = stateOf(context);
    const began = clock();
    const needed = Math.min(Math.max(took, lastTry.shortest), lastTry.longest);
    const failure = await attempt(step, context, Math.max(deadline, began + needed));
    took = clock() - began;
    const found = violationFailure(context.violations.slice(before.violations));
    const last = failure ?? found;
    if (last === undefined) return noteFound(context);
    const left = deadline - clock();
    // Violations by themselves do not end it: the scenario goes on, and fails for them at its end.
    if (left <= 0 && failure === undefined) return;
    await closeOpenedSince(context, before);
    context.warnings.length = before.warnings;
    context.unmet.length = before.unmet;
    // A slow attempt shows an earlier state: what it did not find may be there by now.
    const isLast = left <= 0 && began > deadline - shortestPause;
    if (isLast) {
      if (context.sent !== undefined && context.scenario.knownIssue === undefined)
        deliveries.lost(context.sent, context.scenario.id);
      throw new StepFailure(
        last.code,
        { kind: 'tried', times: tries, within, last: last.headline },
        {
          place: last.place,
          mismatches: last.mismatches,
          reply: last.reply,
          fault: last.fault,
          ...(last.hint !== undefined && { hint: last.hint }),
          outage: last.outage && inHaste(last.outage),
        },
      );
    }
    forgetViolationsSince(context, before);
    // The last attempt begins at the very end of the time.
    const pause = Math.max(shortestPause, Math.min(step.every, left));
    context.transcript.note('', { kind: 'retry', after: last.headline, pause });
    await context.pause(pause);
  }
}

/** The step's time in milliseconds, or less if it waits for mail and none has arrived by the same path so far. */
function patience({ within }: Extract<Step, { kind: 'eventually' }>, { sent, world, transcript }: Context): number {
  if (sent === undefined) return within;
  const left = world.deliveries.patience(sent, within);
  const { through, to } = sent;
  if (left < within) transcript.note('', { kind: 'impatient', way: { through, ...defined({ to }) }, within, left });
  return left;
}

/** The state before an attempt. */
interface State {
  readonly sessions: ReadonlySet<Session>;
  readonly warnings: number;
  readonly violations: number;
  readonly unmet: number;
}

function stateOf({ sessions, warnings, violations, unmet }: Context): State {
  return {
    sessions: new Set(sessions.values()),
    warnings: warnings.length,
    violations: violations.length,
    unmet: unmet.length,
  };
}

/** One attempt: returns the failure, if any. Throws failures that another attempt cannot fix. */
async function attempt(
  step: Extract<Step, { kind: 'eventually' }>,
  context: Context,
  end: number,
): Promise<StepFailure | undefined> {
  const { until } = context;
  context.until = Math.min(until ?? Number.POSITIVE_INFINITY, end);
  try {
    await context.runAll(step.dialogue);
    return undefined;
  } catch (error) {
    if (!(error instanceof StepFailure) || error.code === 'input.value' || error.code === 'runner.error') throw error;
    return error;
  } finally {
    context.until = until;
  }
}

async function closeOpenedSince(context: Context, { sessions }: State): Promise<void> {
  for (const [name, session] of context.sessions) {
    if (sessions.has(session)) continue;
    context.sessions.delete(name);
    await session.transport.close();
  }
}

/** The next attempt may not have these violations. */
function forgetViolationsSince({ violations }: Context, { violations: count, sessions }: State): void {
  for (const { name } of violations.splice(count)) for (const session of sessions) session.found.delete(name);
}
