import type { Step } from '../../plan.ts';
import type { Context } from '../context.ts';
import { StepFailure } from '../failure.ts';
import { seconds } from '../problems.ts';
import type { Session } from '../session.ts';

/** `repeat`: `${index}` counts from 1. */
export async function repeat(step: Extract<Step, { kind: 'repeat' }>, context: Context): Promise<void> {
  const outer = context.index;
  try {
    for (let index = 1; index <= step.times; index++) {
      context.index = index;
      await context.runAll(step.dialogue);
    }
  } finally {
    context.index = outer;
  }
}

/** `use`: the fragment's steps, in place. */
export async function use(step: Extract<Step, { kind: 'use' }>, context: Context): Promise<void> {
  await context.runAll(step.dialogue);
}

/** `eventually`: tries its steps until all hold; connections opened inside are closed between tries. */
export async function eventually(step: Extract<Step, { kind: 'eventually' }>, context: Context): Promise<void> {
  const { clock } = context.world;
  const deadline = clock() + step.within;
  for (let tries = 1; ; tries++) {
    const before = new Set(context.sessions.values());
    const warnings = context.warnings.length;
    try {
      return await context.runAll(step.dialogue);
    } catch (error) {
      if (!(error instanceof StepFailure) || error.code === 'input.value' || error.code === 'runner.error') throw error;
      await closeOpenedSince(context, before);
      const left = deadline - clock();
      if (left <= 0) {
        throw new StepFailure(error.code, `${error.message} (tried ${tries} times within ${seconds(step.within)})`, {
          ...(error.span && { span: error.span }),
          mismatches: error.mismatches,
          ...(error.hint !== undefined && { hint: error.hint }),
        });
      }
      context.warnings.length = warnings;
      // The last try is at the very end of the time.
      const pause = Math.min(step.every, left);
      context.transcript.note('', `not yet: ${error.message}; trying again in ${seconds(pause)}`);
      await context.pause(pause);
    }
  }
}

async function closeOpenedSince(context: Context, before: ReadonlySet<Session>): Promise<void> {
  for (const [name, session] of context.sessions) {
    if (before.has(session)) continue;
    context.sessions.delete(name);
    await session.transport.close();
  }
}
