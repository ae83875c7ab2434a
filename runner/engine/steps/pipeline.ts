import type { Step } from '../../steps.ts';
import { awaitReply } from '../await-reply.ts';
import { type Context, labelOf, sessionFor } from '../context.ts';
import { transmit } from '../session.ts';
import { requireRead } from '../unread.ts';
import { type Composed, commandAction, compose, composeParts } from './send.ts';

/** `pipeline` (RFC 2920): all sends in one write, then the replies in order. */
export async function pipeline(step: Extract<Step, { kind: 'pipeline' }>, context: Context): Promise<void> {
  const session = await sessionFor(context, step);
  requireRead(context, session, step);
  const composed: Omit<Composed, 'write'>[] = [];
  for (const each of step.steps) {
    const { what } = each;
    composed.push(
      what.form === 'parts'
        ? await composeParts(context, session, each, what.parts)
        : compose(context, session, each, what),
    );
  }
  session.lastAction = { kind: 'command', label: labelOf(context, step) };
  session.midCommand = false;
  await transmit(
    session,
    Buffer.concat(composed.map((each) => each.bytes)),
    composed.flatMap((each) => each.commands),
    composed.reduce((sum, each) => sum + each.due, 0),
    context.world.clock() + (step.timeout ?? session.target.options.timeout),
  );
  for (const [index, each] of step.steps.entries()) {
    const { expect } = each;
    session.lastAction = commandAction(context, each, composed[index]);
    if (expect !== undefined)
      await context.run(each, async () => void (await awaitReply(context, session, each, expect)));
  }
}
