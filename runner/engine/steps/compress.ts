import { isPositive } from '../../protocol/protocols.ts';
import type { Step } from '../../steps.ts';
import { type Context, sessionFor } from '../context.ts';
import { StepFailure } from '../failure.ts';
import { perform } from './command.ts';

/** `compress`: the command, its reply and, after a positive one, DEFLATE in both directions (RFC 4978 section 3). */
export async function compress(step: Extract<Step, { kind: 'compress' }>, context: Context): Promise<void> {
  const session = await sessionFor(context, step);
  const { protocol, parser, transport } = session;
  if (protocol.compress === undefined) throw new StepFailure('runner.error', `${protocol.title} has no compression`);
  const reply = await perform(step, context, session, protocol.compress);
  if (reply === undefined || !isPositive(reply)) return;
  // The server compresses everything after its reply, so octets that have already arrived are compressed.
  const early = Buffer.concat([parser.pending === 0 ? Buffer.alloc(0) : parser.drain(), transport.available()]);
  transport.compress(early);
}
