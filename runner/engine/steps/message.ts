import type { Step } from '../../steps.ts';
import { awaitReply, judgeReply, readReply } from '../await-reply.ts';
import { type Context, sessionFor } from '../context.ts';
import { composeMessage } from '../message.ts';
import { noteSent } from '../observed.ts';
import { chunksOf, sendContent } from '../send-message.ts';
import { writeLimit } from '../session.ts';
import { requireRead } from '../unread.ts';

/**
 * `message`: after DATA, dot-stuffed and with the final dot (RFC 5321 section 4.5.2), or as BDAT chunks (RFC 3030
 * section 2).
 */
export async function message(step: Extract<Step, { kind: 'message' }>, context: Context): Promise<void> {
  const opened = sessionFor(context, step);
  const session = opened instanceof Promise ? await opened : opened;
  requireRead(context, session, step);
  const content = await composeMessage(context, step);
  const deadline = () => context.world.clock() + writeLimit(session, step);
  session.lastAction = { kind: 'message' };
  if (step.bdat === undefined) await sendContent(session, content, deadline);
  else {
    const chunks = chunksOf(session, content, deadline);
    for (let start = 0; ; start += step.bdat) {
      const isLast = start + step.bdat >= chunks.total;
      await chunks.send(isLast ? chunks.total - start : step.bdat, isLast);
      if (isLast) break;
      session.lastAction = { kind: 'chunk', at: start };
      const reply = await readReply(context, session, step);
      if ('code' in reply && reply.code >= 400) return judgeReply(context, session, step, reply);
      session.lastAction = { kind: 'chunk' };
    }
  }
  noteSent(context, session);
  if (step.expect !== undefined) await awaitReply(context, session, step, step.expect);
}
