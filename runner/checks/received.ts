import type { Arrival, Envelope, Received, ReceiverSession, Refusal } from '../arrival.ts';
import { defined } from '../defined.ts';
import { many } from '../phrase.ts';
import { type Fields, words } from '../value.ts';
import type { Seen } from './check.ts';
import { limits } from './limits.ts';
import { describeMessage, messageFields } from './mail.ts';
import type { CheckOf } from './step.ts';

/** What a receiver got for the scenario, oldest first: messages with their envelopes, and what it refused. */
async function checkReceived(
  { messages, refused }: Received,
  label: string,
  signal: AbortSignal,
): Promise<Seen> {
  const seen: Fields[] = [];
  for (const [at, message] of [...messages].entries())
    seen.push(await fieldsOf(message, `${label} [${at + 1}]`, signal));
  return {
    evidence: { messages: seen, refused: refused.map(refusalFields) },
    transcript: [
      `${many(messages.length, 'message')} received by ${label}`,
      ...seen.slice(-limits.shownLines).flatMap(describeMessage),
      ...refused.slice(-limits.shownLines).map(describeRefusal),
    ],
    text: messages.map(({ octets }) => octets.toString('latin1')).join('\n'),
  };
}

function fieldsOf({ octets, envelope, session }: Arrival, place: string, signal: AbortSignal): Promise<Fields> {
  return messageFields(
    { octets, place, facts: { ...sessionFields(session), envelope: envelopeFields(envelope) } },
    signal,
  );
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

export const received: CheckOf<'received'> = async ({ receiver: { label } }, context) =>
  checkReceived(context.received(label), label, context.signal);
