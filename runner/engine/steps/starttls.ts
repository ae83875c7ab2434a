import type { StartTls } from '../../protocol/protocol.ts';
import { isPositive } from '../../protocol/protocols.ts';
import type { Reply } from '../../protocol/reply.ts';
import type { Step } from '../../steps.ts';
import { awaitReply, judgeReply, readReply } from '../await-reply.ts';
import { type Context, sessionFor } from '../context.ts';
import { StepFailure } from '../failure.ts';
import { commandLine, type Session, transmit } from '../session.ts';
import { requireRead } from '../unread.ts';
import { shakeHands } from './handshake.ts';

/** `starttls`: the command, its reply, and after a positive one the handshake. */
export async function starttls(step: Extract<Step, { kind: 'starttls' }>, context: Context): Promise<void> {
  const session = await sessionFor(context, step);
  requireRead(context, session, step);
  const { command } = begins(session);
  const sent = commandLine(session, command);
  const deadline = context.world.clock() + (step.timeout ?? session.target.options.timeout);
  session.lastAction = { kind: 'command', label: command, line: command };
  await transmit(session, sent.bytes, [sent], 1, deadline);
  const reply = await replyTo(step, context, session);
  if (reply !== undefined && isPositive(reply)) await shakeHands(step, context, session);
}

function begins({ protocol }: Session): StartTls {
  if (protocol.starttls === undefined) throw new StepFailure('runner.error', `${protocol.title} has no STARTTLS`);
  return protocol.starttls;
}

async function replyTo(
  step: Extract<Step, { kind: 'starttls' }>,
  context: Context,
  session: Session,
): Promise<Reply | undefined> {
  if (step.expect !== undefined) return awaitReply(context, session, step, step.expect);
  const reply = await readReply(context, session, step);
  judgeReply(context, session, step, reply);
  return reply;
}
