import type { Step } from '../../steps.ts';
import type { Context } from '../context.ts';

export async function wait(step: Extract<Step, { kind: 'wait' }>, context: Context): Promise<void> {
  await context.pause(step.for);
}
