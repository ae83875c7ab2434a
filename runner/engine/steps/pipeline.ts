import type { Step } from '../../steps.ts';
import { awaitReply } from '../await-reply.ts';
import { type Context, labelOf, sessionFor } from '../context.ts';
import { transmit, writeLimit } from '../session.ts';
import { requireRead } from '../unread.ts';
import { type Composed, commandAction, compose, composeParts, send } from './send.ts';

type Sends = Extract<Step, { kind: 'pipeline' }>['steps'];
/** Without `write`: a command of parts, which are sent without waiting in between. */
type Ready = Omit<Composed, 'write'> & Partial<Pick<Composed, 'write'>>;

/** `pipeline` (RFC 2920): all sends in one write, except for pauses, then the replies in order. */
export async function pipeline(step: Extract<Step, { kind: 'pipeline' }>, context: Context): Promise<void> {
  const session = await sessionFor(context, step);
  // A client may wait for each reply, so it gets them one by one.
  if (session.counterpart !== undefined) {
    for (const each of step.steps) await context.run(each, () => send(each, context));
    return;
  }
  requireRead(context, session, step);
  const composed: Ready[] = [];
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
  const deadline = () => context.world.clock() + writeLimit(session, step);
  for (const { wait, ready } of writesOf(step.steps, composed)) {
    if (wait !== undefined) await context.pause(wait);
    const [only] = ready;
    // What is sent in pieces writes itself.
    if (ready.length === 1 && only?.write !== undefined) await only.write();
    else
      await transmit(
        session,
        Buffer.concat(ready.map((each) => each.bytes)),
        ready.flatMap((each) => each.commands),
        ready.reduce((sum, each) => sum + each.due, 0),
        deadline,
      );
  }
  for (const [index, each] of step.steps.entries()) {
    const { expect } = each;
    session.lastAction = commandAction(context, each, composed[index]);
    if (expect !== undefined) await context.run(each, () => awaitReply(context, session, each, expect));
  }
}

interface Write {
  readonly wait?: number;
  readonly ready: Ready[];
}

/** Groups sends into writes; a group ends at a send that waits or is sent in pieces. */
function writesOf(steps: Sends, composed: readonly Ready[]): readonly Write[] {
  const writes: Write[] = [];
  let isOpen = false;
  for (const [index, { what, wait }] of steps.entries()) {
    const ready = composed[index] as Ready;
    const isInPieces = what.form === 'raw' && what.chunk !== undefined;
    const last = writes.at(-1);
    if (last === undefined || !isOpen || wait !== undefined || isInPieces)
      writes.push({ ...(wait !== undefined && { wait }), ready: [ready] });
    else last.ready.push(ready);
    isOpen = !isInPieces;
  }
  return writes;
}
