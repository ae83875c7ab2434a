import type { Step } from '../../steps.ts';
import { type Context, named, openSession } from '../context.ts';
import { StepFailure } from '../failure.ts';

/** `connect`: opens the connection now instead of at its first use. */
export async function connect(step: Step, context: Context): Promise<void> {
  const open = context.sessions.get(step.on);
  if (open !== undefined && !open.finished && open.abandoned === undefined) {
    throw new StepFailure('connection.open', `Cannot connect${named(step.on)}: the connection is open already`, {
      span: step.span,
      hint: 'Close it first: "- close"',
    });
  }
  await openSession(context, step.on, step.span);
}
