import type { StartTls } from '../../protocol/protocol.ts';
import { isPositive } from '../../protocol/protocols.ts';
import type { Step } from '../../steps.ts';
import { type Context, sessionFor } from '../context.ts';
import { StepFailure } from '../failure.ts';
import type { Session } from '../session.ts';
import { perform } from './command.ts';
import { shakeHands } from './handshake.ts';

/** `starttls`: the command, its reply and, after a positive one, the handshake. */
export async function starttls(step: Extract<Step, { kind: 'starttls' }>, context: Context): Promise<void> {
  const session = await sessionFor(context, step);
  const reply = await perform(step, context, session, begins(session).command);
  if (reply !== undefined && isPositive(reply)) await shakeHands(step, context, session);
}

function begins({ protocol }: Session): StartTls {
  if (protocol.starttls === undefined) throw new StepFailure('runner.error', `${protocol.title} has no STARTTLS`);
  return protocol.starttls;
}
