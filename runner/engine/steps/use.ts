import type { Step } from '../../steps.ts';
import type { Context } from '../context.ts';

/** `use`, `group`: the steps, in place. */
export async function use(step: Extract<Step, { kind: 'use' | 'group' }>, context: Context): Promise<void> {
  await context.runAll(step.dialogue);
}
