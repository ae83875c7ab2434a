import { dotStuff } from '../../protocol/smtp.ts';
import type { Step } from '../../steps.ts';
import { awaitReply, judgeReply, readReply } from '../await-reply.ts';
import { type Context, sessionFor } from '../context.ts';
import { composeMessage } from '../message.ts';
import { noteSent } from '../observed.ts';
import { transmit } from '../session.ts';
import { requireRead } from '../unread.ts';

/** `message`: after DATA dot-stuffed with the final dot (RFC 5321 section 4.5.2), or as BDAT chunks (RFC 3030 section 2). */
export async function message(step: Extract<Step, { kind: 'message' }>, context: Context): Promise<void> {
  const session = await sessionFor(context, step);
  requireRead(context, session, step);
  const content = await composeMessage(context, step);
  const deadline = () => context.world.clock() + (step.timeout ?? session.target.options.timeout);
  session.lastAction = { kind: 'message' };
  if (step.bdat === undefined) {
    const bytes = dotStuff(content);
    await transmit(session, bytes, [{ bytes, as: 'message' }], 1, deadline);
  } else {
    for (let start = 0; ; start += step.bdat) {
      const chunk = content.subarray(start, start + step.bdat);
      const last = start + step.bdat >= content.length;
      const bytes = Buffer.concat([Buffer.from(`BDAT ${chunk.length}${last ? ' LAST' : ''}\r\n`), chunk]);
      await transmit(session, bytes, [{ bytes, as: 'message' }], 1, deadline);
      if (last) break;
      session.lastAction = { kind: 'chunk', at: start };
      const reply = await readReply(context, session, step);
      if ('code' in reply && reply.code >= 400) return judgeReply(context, session, step, reply);
      session.lastAction = { kind: 'chunk' };
    }
  }
  noteSent(context);
  if (step.expect !== undefined) await awaitReply(context, session, step, step.expect);
}
