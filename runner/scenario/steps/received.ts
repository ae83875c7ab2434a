import type { Receiver } from '../../arrival.ts';
import { checkExpectation, isPattern } from '../check-expectation.ts';
import { arrivedMessages, refusals } from '../message-fields.ts';
import { readPublicText, readString } from '../read.ts';
import { readReceiver } from '../receivers.ts';
import type { Node } from '../tree.ts';
import { limitOf, mainOf, serversOf, written } from './check.ts';
import type { StepContext, StepReader } from './context.ts';
import { at, fields } from './fields.ts';

export const received: StepReader<'received'> = {
  expectation: checkExpectation({
    short: (text, node) =>
      /^\d+$/.test(text) && !isPattern(node) ? { field: 'messages', read: arrivedMessages } : undefined,
    hint: 'Write how many messages, as in 1, or which: { messages: [{ envelope: { to: alice@example.net } }] }',
    fields: { messages: arrivedMessages, refused: refusals },
  }),
  label: (action) => `received ${written(mainOf(action, 'by'))}`,
  read: fields('received', { receiver: receiverOf, limit: limitOf }, { resolver: at('resolver', readPublicText) }),
};

function receiverOf(context: StepContext, action: Node): Receiver | undefined {
  const node = mainOf(action, 'by');
  const name = readString(context.scope, node, 'A receiver');
  return name === undefined || node === undefined ? undefined : readReceiver(serversOf(context), name, node.span);
}
