import type { Step } from '../../steps.ts';
import { type Context, sessionFor } from '../context.ts';
import type { Session } from '../session.ts';
import { refuseFragment, requireRead } from '../unread.ts';

/** `close`: ends the connection. An unexpected reply is still a failure. */
export async function close(step: Step, context: Context): Promise<void> {
  const session = await toEnd(step, context);
  await session.counterpart?.end(step);
  session.finished = true;
  await session.transport.close();
}

/** The connection to end. It may have been abandoned or ended by the server; the next step then opens a new one. */
export async function toEnd(step: Step, context: Context): Promise<Session> {
  const open = context.sessions.get(step.on);
  if (open !== undefined && (open.finished || open.abandoned !== undefined)) return open;
  const session = await sessionFor(context, step);
  requireRead(context, session, step);
  await refuseFragment(context, session, step);
  return session;
}
