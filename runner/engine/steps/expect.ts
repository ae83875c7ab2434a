import type { Step } from '../../steps.ts';
import { awaitReply } from '../await-reply.ts';
import { type Context, sessionFor } from '../context.ts';

/** `expect` alone: reads one more reply. */
export async function expect(step: Extract<Step, { kind: 'expect' }>, context: Context): Promise<void> {
  const opened = sessionFor(context, step);
  const session = opened instanceof Promise ? await opened : opened;
  if (step.expect !== undefined) await awaitReply(context, session, step, step.expect);
}
