import { messageFields } from '../checks/mail.ts';
import type { MessageFields } from '../message.ts';
import { type Fields, isWords, type Value } from '../value.ts';

/** The differences between the message that a scenario describes and the client's. */
export interface Difference {
  readonly field: string;
  readonly expected: string;
  readonly actual: string | undefined;
}

/**
 * The differences in a message described by its fields are only those in the given fields: a client chooses boundaries,
 * dates and identifiers, and encodes as it likes.
 */
export async function differenceIn(
  described: MessageFields,
  expected: Buffer,
  actual: Buffer,
  signal: AbortSignal,
): Promise<Difference | undefined> {
  const [wanted, got] = await Promise.all([expected, actual].map((octets) => fieldsOf(octets, signal)));
  const names = (['from', 'to', 'cc', 'subject', 'text', 'html'] as const).filter((name) => name in described);
  for (const field of names) {
    const [one, other] = [textOf(wanted?.[field]), textOf(got?.[field])];
    if (one !== undefined && one !== other) return { field, expected: one, actual: other };
  }
  for (const { name } of described.headers) {
    const key = name.toLowerCase();
    const [one, other] = [wanted, got].map((fields) => textOf((fields?.['headers'] as Fields | undefined)?.[key]));
    if (one !== undefined && one !== other) return { field: name, expected: one, actual: other };
  }
  const [count, came] = [wanted, got].map(
    (fields) => (fields?.['attachments'] as readonly Value[] | undefined)?.length,
  );
  if (described.attachments.length > 0 && count !== came)
    return { field: 'attachments', expected: String(count), actual: String(came) };
  return undefined;
}

function fieldsOf(octets: Buffer, signal: AbortSignal): Promise<Fields> {
  return messageFields({ octets, place: '', facts: {} }, signal);
}

function textOf(value: Value | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (isWords(value))
    return [...value.words]
      .map((word) => word.toLowerCase())
      .sort()
      .join(', ');
  return (typeof value === 'string' ? value : JSON.stringify(value)).trimEnd();
}

/** A message without its stuffed dots (RFC 5321 section 4.5.2). */
export function unstuffed(octets: Buffer): Buffer {
  const text = octets.toString('latin1').replace(/\.\r\n$/, '');
  return Buffer.from(text.replaceAll(/(^|\r\n)\./g, '$1'), 'latin1');
}
