import type { Step } from '../../steps.ts';
import type { Context } from '../context.ts';

/** `use`: the fragment's steps, in place. */
export async function use(step: Extract<Step, { kind: 'use' }>, context: Context): Promise<void> {
  await context.runAll(step.dialogue);
}
