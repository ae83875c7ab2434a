import type { Step } from '../../steps.ts';
import type { Context } from '../context.ts';
import { StepFailure } from '../failure.ts';
import type { Session } from '../session.ts';

/** Milliseconds that even a try at the very end has for its replies. */
const shortestTry = 1000;

/** `eventually`: tries its steps until all hold; connections opened inside are closed between tries. */
export async function eventually(step: Extract<Step, { kind: 'eventually' }>, context: Context): Promise<void> {
  const { clock } = context.world;
  const deadline = clock() + step.within;
  for (let tries = 1; ; tries++) {
    const failure = await attempt(step, context, deadline);
    if (failure === undefined) return;
    const left = deadline - clock();
    if (left <= 0) {
      throw new StepFailure(
        failure.code,
        { kind: 'tried', times: tries, within: step.within, last: failure.headline },
        {
          place: failure.place,
          mismatches: failure.mismatches,
          reply: failure.reply,
          fault: failure.fault,
          ...(failure.hint !== undefined && { hint: failure.hint }),
          outage: failure.outage,
        },
      );
    }
    // The last try is at the very end of the time.
    const pause = Math.min(step.every, left);
    context.transcript.note('', { kind: 'retry', after: failure.headline, pause });
    await context.pause(pause);
  }
}

/** One try: what did not hold, or nothing. Throws what another try cannot mend. */
async function attempt(
  step: Extract<Step, { kind: 'eventually' }>,
  context: Context,
  deadline: number,
): Promise<StepFailure | undefined> {
  const sessions = new Set(context.sessions.values());
  const warnings = context.warnings.length;
  const { until } = context;
  context.until = Math.min(until ?? Number.POSITIVE_INFINITY, Math.max(deadline, context.world.clock() + shortestTry));
  try {
    await context.runAll(step.dialogue);
    return undefined;
  } catch (error) {
    if (!(error instanceof StepFailure) || error.code === 'input.value' || error.code === 'runner.error') throw error;
    await closeOpenedSince(context, sessions);
    context.warnings.length = warnings;
    return error;
  } finally {
    context.until = until;
  }
}

async function closeOpenedSince(context: Context, before: ReadonlySet<Session>): Promise<void> {
  for (const [name, session] of context.sessions) {
    if (before.has(session)) continue;
    context.sessions.delete(name);
    await session.transport.close();
  }
}
