import type { Reply } from '../../protocol/reply.ts';
import type { Step } from '../../steps.ts';
import { awaitReply, judgeReply, readReply } from '../await-reply.ts';
import type { Context } from '../context.ts';
import { commandLine, type Session, transmit, writeLimit } from '../session.ts';
import { requireRead } from '../unread.ts';

/**
 * Sends a step's own command and reads the reply, which must meet the step's expectation or, without one, be positive.
 */
export async function perform(
  step: Step,
  context: Context,
  session: Session,
  command: string,
): Promise<Reply | undefined> {
  requireRead(context, session, step);
  const sent = commandLine(session, command);
  const deadline = context.world.clock() + writeLimit(session, step);
  session.lastAction = { kind: 'command', label: command, line: command };
  await transmit(session, sent.bytes, [sent], 1, deadline);
  if (step.expect !== undefined) return awaitReply(context, session, step, step.expect);
  const reply = await readReply(context, session, step);
  judgeReply(context, session, step, reply);
  return reply;
}
