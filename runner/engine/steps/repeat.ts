import type { Step } from '../../steps.ts';
import type { Context } from '../context.ts';

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
