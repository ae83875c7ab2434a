import type { Step } from '../../steps.ts';
import { awaitReply } from '../await-reply.ts';
import { type Context, sessionFor } from '../context.ts';

/** `expect` alone: reads one more reply. */
export async function expect(step: Extract<Step, { kind: 'expect' }>, context: Context): Promise<void> {
  const session = await sessionFor(context, step);
  if (step.expect !== undefined) await awaitReply(context, session, step, step.expect);
}
