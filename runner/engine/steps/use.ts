import type { Step } from '../../steps.ts';
import type { Context } from '../context.ts';

/** `use`, `group`: run their steps in place. */
export function use(step: Extract<Step, { kind: 'use' | 'group' }>, context: Context): Promise<void> {
  return context.runAll(step.dialogue);
}
