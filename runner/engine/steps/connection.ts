import type { Step } from '../../steps.ts';
import { type Context, named, openSession, sessionFor } from '../context.ts';
import { StepFailure } from '../failure.ts';
import { hasUnread, type Session } from '../session.ts';
import { refuseUnread } from '../unread.ts';

/** `connect`: opens now rather than at first use. */
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

/** `close`: ends the connection; what came and nobody expected is a failure still. */
export async function close(step: Step, context: Context): Promise<void> {
  const session = await toEnd(step, context);
  session.finished = true;
  await session.transport.close();
}

/** `reset`: ends the connection with RST. */
export async function reset(step: Step, context: Context): Promise<void> {
  const session = await toEnd(step, context);
  session.finished = true;
  session.transport.reset();
}

/** A connection that was given up, or ended by the server, can still be ended here: the next step then opens a new one. */
async function toEnd(step: Step, context: Context): Promise<Session> {
  const open = context.sessions.get(step.on);
  if (open !== undefined && (open.finished || open.abandoned !== undefined)) return open;
  const session = await sessionFor(context, step);
  if (hasUnread(session)) refuseUnread(session, step.span);
  return session;
}
