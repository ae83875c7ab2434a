import type { Arrival, Envelope, ReceiverSession, Refusal } from '../arrival.ts';
import { defined } from '../defined.ts';
import { many } from '../phrase.ts';
import { type Fields, words } from '../value.ts';
import { limits } from './limits.ts';
import { describeMessage, messageFields, type StoredMessage } from './mail.ts';
import { keyFinder } from './signature-keys.ts';
import type { CheckOf } from './step.ts';

/** What a receiver received for the scenario, oldest first: messages with their envelopes, and what it refused. */
export const received: CheckOf<'received'> = async ({ receiver: { label }, resolver }, context) => {
  const { messages, refused } = context.received(label);
  const findKeys = keyFinder(context, context.wants.names('messages'), resolver);
  const seen: Fields[] = [];
  for (const message of [...messages])
    seen.push(await messageFields(storedAs(`${label} [${seen.length + 1}]`, message), context.signal, findKeys));
  return {
    evidence: { messages: seen, refused: refused.map(refusalFields) },
    transcript: [
      `${many(seen.length, 'message')} received by ${label}`,
      ...seen.slice(-limits.shownLines).flatMap(describeMessage),
      ...refused.slice(-limits.shownLines).map(describeRefusal),
    ],
    text: messages.map(({ octets }) => octets.toString('latin1')).join('\n'),
  };
};

function storedAs(place: string, { octets, envelope, session }: Arrival): StoredMessage {
  return { octets, place, facts: { ...sessionFields(session), envelope: envelopeFields(envelope) } };
}

function refusalFields({ command, envelope, session, reply }: Refusal): Fields {
  const { code, enhanced } = reply;
  return { command, code, ...defined({ enhanced }), ...sessionFields(session), envelope: envelopeFields(envelope) };
}

function sessionFields({ client, helo, tls }: ReceiverSession): Fields {
  return { client, helo, ...(tls && { tls: { ...tls } }) };
}

function envelopeFields({ from, to, parameters }: Envelope): Fields {
  return { from, to: words(to), parameters };
}

function describeRefusal({ command, envelope, reply }: Refusal): string {
  return `${command} refused with ${reply.code}: from <${envelope.from}> to ${envelope.to.map((each) => `<${each}>`).join(' ')}`;
}
