import type { Email } from 'postal-mime';
import { decodeText } from '../encoding.ts';
import { parseDate } from '../matchers/date.ts';
import { messageOf } from '../phrase.ts';
import { type Fields, type Value, words } from '../value.ts';
import { aside } from './aside.ts';
import { authenticationResults } from './authentication-results.ts';
import { CheckError } from './check.ts';
import { startOfLast } from './last-lines.ts';
import { limits } from './limits.ts';
import { shareParsing } from './shared-parsing.ts';
import type { FindKeys, Keys } from './signature-keys.ts';

/** A message in a mailbox. */
export interface StoredMessage {
  readonly octets: Buffer;
  /** Where it is, for people. */
  readonly place: string;
  /** What the mailbox itself knows: flags, the folder. */
  readonly facts: Fields;
  /** Why it could not be read, and its size in octets. */
  readonly unread?: { readonly problem: string; readonly size: number };
}

/**
 * The parts of a message by the names that expectations use. A message always has fields, whatever its octets: one that
 * cannot be read has a `problem`, which does not affect the others in its mailbox.
 */
export async function messageFields(message: StoredMessage, signal: AbortSignal, findKeys?: FindKeys): Promise<Fields> {
  const { octets, place, facts, unread } = message;
  const parts = unread === undefined ? await partsOf(octets, signal, findKeys) : unknownParts(unread.problem);
  const lists = addressLists.flatMap((name) =>
    name in parts ? [[name, words(parts[name] as string[])] as const] : [],
  );
  const source = unread === undefined ? { source: decodeText(octets) } : {};
  return {
    ...facts,
    file: place,
    size: unread?.size ?? octets.length,
    ...source,
    ...parts,
    ...Object.fromEntries(lists),
  };
}

const parse = shareParsing((octets, signal) => aside({ kind: 'message', octets }, signal), limits.parsedMessages);

async function partsOf(octets: Buffer, signal: AbortSignal, findKeys: FindKeys | undefined): Promise<Fields> {
  if (startOfLast(octets, limits.messageLines) > 0)
    return unknownParts(`the message has more than ${limits.messageLines} lines`);
  // If keys cannot be looked up, nothing is known, and no message is at fault.
  const keys = findKeys && (await keysOf(octets, findKeys));
  try {
    const parts = await parse(octets, signal);
    return keys === undefined ? parts : { ...parts, ...(await signaturesOf(octets, keys, signal)) };
  } catch (error) {
    if (error instanceof CheckError) return unknownParts(error.message);
    throw error;
  }
}

async function keysOf(octets: Buffer, findKeys: FindKeys): Promise<Keys> {
  return findKeys(octets);
}

async function signaturesOf(octets: Buffer, keys: Keys, signal: AbortSignal): Promise<Fields> {
  const found = await aside({ kind: 'signatures', octets, keys }, signal);
  return { ...found, dkim: (found['dkim'] as readonly Fields[]).map(withWords) };
}

/** Sets that ignore case; threads can only pass plain data. */
function withWords({ domain, signed, ...rest }: Fields): Fields {
  return { ...rest, domain: words([String(domain)]), signed: words(signed as readonly string[]) };
}

function unknownParts(problem: string): Fields {
  return { problem, headers: {}, attachments: [] };
}

/** Only the addresses, in any case: sets that ignore case. */
const addressLists = ['from', 'to', 'cc', 'reply_to'] as const;

/** The parts of a message as plain data. Runs in a separate thread, since its time and memory depend on the message. */
export async function parseMessage(octets: Uint8Array): Promise<Fields> {
  const { default: PostalMime, decodeWords } = await import('postal-mime');
  const email = await PostalMime.parse(octets, { maxNestingDepth: limits.xmlDepth }).catch((cause: unknown) => {
    throw new CheckError('check.mismatch', `the message cannot be parsed: ${messageOf(cause)}`, { cause });
  });
  return {
    ...text('subject', email.subject),
    ...text('date', email.date),
    ...text('delay', delayOf(email)),
    ...text('message_id', email.messageId),
    ...text('from', addressesIn(email.from === undefined ? [] : [email.from])),
    ...text('to', addressesIn(email.to)),
    ...text('cc', addressesIn(email.cc)),
    ...text('reply_to', addressesIn(email.replyTo)),
    ...text('return_path', email.returnPath),
    ...text('text', email.text?.replaceAll('\r\n', '\n')),
    ...text('html', email.html?.replaceAll('\r\n', '\n')),
    headers: headersOf(email, decodeWords),
    ...text('report', reportIn(email)),
    ...text('authentication_results', resultsIn(email)),
    attachments: email.attachments.slice(0, limits.messageParts).map((each) => ({
      type: each.mimeType,
      size: typeof each.content === 'string' ? each.content.length : each.content.byteLength,
      ...text('filename', each.filename ?? undefined),
      ...text('text', textOf(each)),
    })),
  };
}

/** Seconds from the author's clock to that of the last server that received the message (RFC 5321 section 4.4). */
function delayOf({ headers }: Email): number | undefined {
  const first = (name: string) => headers.find(({ key }) => key.toLowerCase() === name)?.value;
  const [sent, received] = [first('date'), first('received')?.replace(/^.*;/s, '')].map((date) =>
    parseDate((date ?? '').replaceAll(/\s+/g, ' ')),
  );
  return sent === undefined || received === undefined ? undefined : (received - sent) / 1000;
}

/** RFC 8601: what servers found out about the message; the results of all headers from top to bottom. */
function resultsIn({ headers }: Email): readonly Fields[] {
  const found = headers.filter(({ key }) => key.toLowerCase() === 'authentication-results');
  return found.slice(0, limits.messageParts).flatMap(({ value }) => authenticationResults(value));
}

/** The text of an attachment: RFC 2046 sections 4.1 and 5.2. Other attachments have only a size. */
function textOf({ mimeType, content }: Email['attachments'][number]): string | undefined {
  if (!/^(?:text|message)\//i.test(mimeType)) return undefined;
  const octets = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer);
  return decodeText(octets).replaceAll('\r\n', '\n');
}

/** RFC 3464, RFC 8098 and RFC 5965: the machine-readable part of a bounce, a receipt or a complaint. */
const reportTypes =
  /^message\/(?:delivery-status|global-delivery-status|disposition-notification|global-disposition-notification|feedback-report)$/i;

/** The fields of a report: those of the message as a whole and of each recipient. */
function reportIn(email: Email): Fields | undefined {
  const part = email.attachments.find(({ mimeType }) => reportTypes.test(mimeType));
  if (part === undefined) return undefined;
  const [whole, ...recipients] = (textOf(part) ?? '')
    .trim()
    .split(/\n[ \t]*\n\s*/)
    .map(fieldsIn);
  return { ...whole, type: part.mimeType.toLowerCase(), recipients };
}

/** Lines of `Name: value`, which continue if the next line begins with a space; names in lower case. */
function fieldsIn(block: string): Fields {
  const lines = block.replaceAll(/\n[ \t]+/g, ' ').split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => {
      const at = line.indexOf(':');
      return at < 1 ? [] : [[line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()]];
    }),
  );
}

function text(name: string, value: Value | undefined): Fields {
  return value === undefined || (Array.isArray(value) && value.length === 0) ? {} : { [name]: value };
}

function addressesIn(list: Email['to']): readonly string[] {
  const found = (list ?? []).flatMap((each) => ('group' in each && each.group !== undefined ? each.group : [each]));
  return found.flatMap((each) => each.address ?? []);
}

/**
 * Header fields, with names in lower case. A field that occurs several times becomes a list, in the message's order.
 */
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

/** For the transcript: sender, recipients, subject, and the headers that servers add. */
export function describeMessage(fields: Fields): readonly string[] {
  const headers = fields['headers'] as Fields;
  const problem = fields['problem'];
  const shown = ['from', 'to', 'subject', 'received-spf', 'authentication-results', 'x-spam-status', 'delivered-to'];
  return [
    `${String(fields['file'])} (${String(fields['size'])} octets)`,
    ...(problem === undefined ? [] : [`  not inspected: ${String(problem)}`]),
    ...describeDelivery(fields),
    ...shown.flatMap((name) => {
      const value = headers[name];
      return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(
        (each) => `  ${name}: ${String(each)}`,
      );
    }),
  ];
}

/** The delivery of a message that a receiver got. */
function describeDelivery({ envelope, tls }: Fields): readonly string[] {
  if (envelope === undefined) return [];
  const { from, to } = envelope as { readonly from: string; readonly to: { readonly words: readonly string[] } };
  const { protocol, cipher } = (tls ?? {}) as Fields;
  const addresses = to.words.map((each) => `<${each}>`).join(' ');
  return [
    `  envelope: from <${from}> to ${addresses}`,
    `  ${tls === undefined ? 'not encrypted' : `${protocol}, ${cipher}`}`,
  ];
}
