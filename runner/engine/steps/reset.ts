import type { Step } from '../../steps.ts';
import type { Context } from '../context.ts';
import { toEnd } from './close.ts';

/** `reset`: ends the connection with RST. */
export async function reset(step: Step, context: Context): Promise<void> {
  const session = await toEnd(step, context);
  await session.counterpart?.end(step);
  session.finished = true;
  session.transport.reset();
}
