import type { Step } from '../../steps.ts';
import { awaitReply } from '../await-reply.ts';
import { type Context, sessionFor } from '../context.ts';
import type { Session } from '../session.ts';

/** `expect` as a step of its own: reads one more reply. */
export function expect(step: Extract<Step, { kind: 'expect' }>, context: Context): Promise<unknown> | undefined {
  const opened = sessionFor(context, step);
  return opened instanceof Promise
    ? opened.then((session) => read(step, context, session))
    : read(step, context, opened);
}

function read(step: Step, context: Context, session: Session): Promise<unknown> | undefined {
  return step.expect === undefined ? undefined : awaitReply(context, session, step, step.expect);
}
