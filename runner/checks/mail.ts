import type { Email } from 'postal-mime';
import { type Fields, type Value, words } from '../value.ts';
import { limits } from './limits.ts';

/** A message as it lies in a mailbox. */
export interface StoredMessage {
  readonly octets: Buffer;
  /** Where it lies, for people. */
  readonly place: string;
  /** What the mailbox itself knows: flags, the folder. */
  readonly facts: Fields;
}

/** A message's parts by the names that expectations use. Whatever the octets are, it has some. */
export async function messageFields({ octets, place, facts }: StoredMessage): Promise<Fields> {
  // Loaded with the first message: few runs look into a mailbox.
  const { default: PostalMime, decodeWords } = await import('postal-mime');
  const email = await PostalMime.parse(octets, { maxNestingDepth: limits.xmlDepth });
  return {
    ...facts,
    file: place,
    size: octets.length,
    ...text('subject', email.subject),
    ...text('date', email.date),
    ...text('message_id', email.messageId),
    ...text('from', addressesIn(email.from === undefined ? [] : [email.from])),
    ...text('to', addressesIn(email.to)),
    ...text('cc', addressesIn(email.cc)),
    ...text('reply_to', addressesIn(email.replyTo)),
    ...text('return_path', email.returnPath),
    ...text('text', email.text?.replaceAll('\r\n', '\n')),
    ...text('html', email.html?.replaceAll('\r\n', '\n')),
    headers: headersOf(email, decodeWords),
    attachments: email.attachments.slice(0, limits.messageParts).map((each) => ({
      type: each.mimeType,
      size: typeof each.content === 'string' ? each.content.length : each.content.byteLength,
      ...text('filename', each.filename ?? undefined),
    })),
  };
}

function text(name: string, value: Value | undefined): Fields {
  return value === undefined || (Array.isArray(value) && value.length === 0) ? {} : { [name]: value };
}

/** Addresses alone, in lower case or not: a set that is compared without regard to case. */
function addressesIn(list: Email['to']): Value | undefined {
  const found = (list ?? []).flatMap((each) => ('group' in each && each.group !== undefined ? each.group : [each]));
  const addresses = found.flatMap((each) => each.address ?? []);
  return addresses.length === 0 ? undefined : words(addresses);
}

/** By their names in lower case; a header that stands several times is a list, in the message's order. */
function headersOf(email: Email, decode: (text: string) => string): Fields {
  const headers: Record<string, Value[]> = Object.create(null);
  for (const { key, value } of email.headers.slice(0, limits.messageParts)) {
    const name = key.toLowerCase();
    headers[name] ??= [];
    headers[name].push(decode(value.replaceAll(/\r?\n[ \t]*/g, ' ')));
  }
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name, values.length === 1 ? (values[0] as Value) : values]),
  );
}

/** For the transcript: who, about what, and the headers that servers add. */
export function describeMessage(fields: Fields): readonly string[] {
  const headers = fields['headers'] as Fields;
  const shown = ['from', 'to', 'subject', 'received-spf', 'authentication-results', 'x-spam-status', 'delivered-to'];
  return [
    `${String(fields['file'])} (${String(fields['size'])} octets)`,
    ...shown.flatMap((name) => {
      const value = headers[name];
      return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(
        (each) => `  ${name}: ${String(each)}`,
      );
    }),
  ];
}
