import type { UntaggedResponse } from '../protocol/reply.ts';
import { type Fields, isWords, type Value } from '../value.ts';
import type { Generalize } from './generalize.ts';
import { isPlain, sourceOf, textOf } from './pieces.ts';
import { steadyValue } from './steady.ts';
import type { Written, WrittenMap } from './written.ts';

/** Longer lists of responses are listings, which people do not want to read. */
const mostEntries = 40;

/** Responses that report events since the last command, whatever it was: they may be absent next time. */
const unsolicited: ReadonlySet<string> = new Set(['EXPUNGE', 'VANISHED', 'RECENT', 'BYE', '']);

/** Response codes that depend on the current content of the mailbox. */
const passing: ReadonlySet<string> = new Set(['UNSEEN', 'ALERT']);

/** RFC 9051 section 7.3.1: whether mail arrived since the mailbox was last selected. */
const marks = /\\+(?:Unm|M)arked/i;

/** Entries of `untagged`, in the order of the responses, without duplicates. */
export function untaggedIn(
  responses: readonly UntaggedResponse[],
  generalize: Generalize,
  command = '',
): readonly Written[] {
  const entries = new Map<string, Written>();
  for (const response of responses) {
    const told = withoutChange(response, command);
    const entry = told && entryOf(told, generalize);
    if (entry !== undefined) entries.set(JSON.stringify(entry), entry);
    if (entries.size === mostEntries) break;
  }
  return [...entries.values()];
}

/** RFC 9051 section 6.4.5: reading a message sets \Seen, which the server reports only the first time. */
function marksSeen(command: string): boolean {
  return /^(?:UID )?FETCH /i.test(command) && !/\b(?:FLAGS|ALL|FAST|FULL)\b/i.test(command);
}

/** RFC 9051 section 6.4.6: servers need not repeat flags that a message has already. */
function storesFlags(command: string): boolean {
  return /^(?:UID )?STORE /i.test(command);
}

/** `undefined` if the response only has what a command changed, which happens only the first time. */
function withoutChange(response: UntaggedResponse, command: string): UntaggedResponse | undefined {
  const { name, data } = response;
  if (name !== 'FETCH' || !isFields(data)) return response;
  if (storesFlags(command)) return undefined;
  if (!marksSeen(command)) return response;
  const rest = Object.entries(data).filter(([key]) => key !== 'FLAGS');
  return rest.every(([key]) => key === 'seq') ? undefined : { ...response, data: Object.fromEntries(rest) };
}

function isFields(data: Value | undefined): data is Fields {
  return typeof data === 'object' && data !== null && !Array.isArray(data) && !isWords(data);
}

function entryOf({ name, text, data, responseCode }: UntaggedResponse, generalize: Generalize): Written | undefined {
  if (unsolicited.has(name) || !/^[A-Z][A-Z0-9.-]*$/.test(name)) return undefined;
  // RFC 9051 section 7.1: the code determines what the text is about.
  if (responseCode !== undefined && passing.has(responseCode.name)) return undefined;
  if (responseCode !== undefined) return isPlain(responseCode.name) ? `${name} [${responseCode.name}` : undefined;
  const steady = steadyValue(data);
  if (steady !== undefined && name !== 'SEARCH') return { [name]: steady };
  if (/^[0-9]+ /.test(text)) return numbered(name, data);
  if (name === 'SEARCH' || name === 'ESEARCH' || !isPlain(text)) return name;
  const pieces = generalize(text);
  const literal = textOf(pieces);
  if (name === 'LIST' && marks.test(text)) return `/^${sourceOf(pieces).replace(marks, '\\\\(?:Unm|M)arked')}$/`;
  return literal === undefined || literal.startsWith('/') || literal !== literal.trim()
    ? `/^${sourceOf(pieces)}$/`
    : literal;
}

/** RFC 9051 sections 7.4 and 7.5: a response about a message, or about the number of messages. */
function numbered(name: string, data: Value | undefined): Written {
  if (!isFields(data)) return name;
  const items = Object.entries(data).flatMap(([key, value]) => itemOf(key, value));
  return items.length === 0 ? name : { [name]: Object.fromEntries(items) as WrittenMap };
}

/** FETCH data belongs to a different message next time: only its presence and the flags are expected. */
function itemOf(key: string, value: Value): [string, Written][] {
  if (key === 'seq' || value === null || typeof value === 'boolean') return [];
  if (typeof value === 'string' && /^(?:true|false)$/i.test(value)) return [];
  if (!/^[A-Z][A-Za-z0-9.<>[\] ()-]*$/.test(key) || !isPlain(key)) return [];
  return [[key, steadyValue(value) ?? true]];
}
