import type { UntaggedResponse } from '../protocol/reply.ts';
import { type Fields, isWords, type Value } from '../value.ts';
import type { Generalize } from './generalize.ts';
import { isPlain, sourceOf, textOf } from './pieces.ts';
import { steadyValue } from './steady.ts';
import type { Written, WrittenMap } from './written.ts';

/** Responses beyond this many are a listing, not what a person wants to read. */
const mostEntries = 40;

/** Responses that tell what happened since, whatever the command was: the next time they may not come. */
const unsolicited: ReadonlySet<string> = new Set(['EXPUNGE', 'VANISHED', 'RECENT', 'BYE', '']);

/** Response codes that depend on what is in the mailbox at the moment. */
const passing: ReadonlySet<string> = new Set(['UNSEEN', 'ALERT']);

/** RFC 9051 section 7.3.1: whether mail came since the mailbox was selected last. */
const marks = /\\+(?:Unm|M)arked/i;

/** Entries of `untagged`, in the order in which the responses came, each once. */
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

/** RFC 9051 section 6.4.5: reading a message sets \Seen, of which the server tells the first time only. */
function marksSeen(command: string): boolean {
  return /^(?:UID )?FETCH /i.test(command) && !/\b(?:FLAGS|ALL|FAST|FULL)\b/i.test(command);
}

/** RFC 9051 section 6.4.6: servers need not repeat flags that a message has already. */
function storesFlags(command: string): boolean {
  return /^(?:UID )?STORE /i.test(command);
}

/** Nothing where the response has only what a command changed, which it does the first time only. */
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
  // RFC 9051 section 7.1: the code says what the text is about.
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

/** RFC 9051 sections 7.4 and 7.5: about a message, or how many there are. */
function numbered(name: string, data: Value | undefined): Written {
  if (!isFields(data)) return name;
  const items = Object.entries(data).flatMap(([key, value]) => itemOf(key, value));
  return items.length === 0 ? name : { [name]: Object.fromEntries(items) as WrittenMap };
}

/** What FETCH has of a message is another message's the next time: only that it is there, and its flags. */
function itemOf(key: string, value: Value): [string, Written][] {
  if (key === 'seq' || value === null || typeof value === 'boolean') return [];
  if (typeof value === 'string' && /^(?:true|false)$/i.test(value)) return [];
  if (!/^[A-Z][A-Za-z0-9.<>[\] ()-]*$/.test(key) || !isPlain(key)) return [];
  return [[key, steadyValue(value) ?? true]];
}
