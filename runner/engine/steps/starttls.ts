import type { ProtocolName } from '../../plan.ts';
import type { Reply, Sent } from '../../protocol/reply.ts';
import type { Step } from '../../steps.ts';
import { awaitReply, isPositive, judgeReply, readReply } from '../await-reply.ts';
import { type Context, sessionFor } from '../context.ts';
import { hasUnread, nextTag, type Session, transmit } from '../session.ts';
import { refuseUnread } from '../unread.ts';
import { shakeHands } from './handshake.ts';

/** RFC 3207 section 4, RFC 9051 section 6.2.1, RFC 2595 section 4, RFC 5804 section 2.2. */
const commands: Readonly<Record<ProtocolName, string>> = {
  smtp: 'STARTTLS',
  lmtp: 'STARTTLS',
  imap: 'STARTTLS',
  pop3: 'STLS',
  sieve: 'STARTTLS',
  line: 'STARTTLS',
};

/** `starttls`: the command, its reply, and after a positive one the handshake. */
export async function starttls(step: Extract<Step, { kind: 'starttls' }>, context: Context): Promise<void> {
  const session = await sessionFor(context, step);
  if (hasUnread(session)) refuseUnread(session, step.span);
  const verb = commands[session.protocol];
  const tag = session.protocol === 'imap' ? nextTag(session) : undefined;
  const bytes = Buffer.from(tag === undefined ? `${verb}\r\n` : `${tag} ${verb}\r\n`);
  const sent: Sent = { bytes, as: 'command', ...(tag !== undefined && { tag }) };
  session.lastAction = { kind: 'command', label: verb, line: verb };
  await transmit(session, bytes, [sent], 1, context.world.clock() + (step.timeout ?? session.target.options.timeout));
  const reply = await replyTo(step, context, session);
  if (reply !== undefined && isPositive(reply)) await shakeHands(step, context, session);
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
