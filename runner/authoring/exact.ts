import { repliesLike } from '../protocol/protocols.ts';
import type { Reply, UntaggedResponse } from '../protocol/reply.ts';
import { type Fields, isWords, type Value, type Words } from '../value.ts';
import { advertisedIn, parametersOf } from './advertised.ts';
import { type Came, endExpectation, isEnd } from './expectation.ts';
import { type Generalize, generalizing, preserving, type Vocabulary } from './generalize.ts';
import { escapeText, isPlain, type Piece, sourceOf, textOf } from './pieces.ts';
import type { Written, WrittenMap } from './written.ts';

/** How much of a reply is kept: everything that does not vary, only its form, or only its status. */
export const precisions = ['exact', 'general', 'status'] as const;
export type Precision = (typeof precisions)[number];

export interface ExactContext {
  readonly vocabulary: Vocabulary;
  /** The command that the reply answers, without its tag; absent for a greeting. */
  readonly command?: string | undefined;
  /** The protocol's command that names the client, whose reply lists extensions. */
  readonly hello?: string | undefined;
}

/** Longer lists are the content of a mailbox, not a property of the server. */
const mostLines = 60;

/** An expectation that no other reply meets: additions are differences as well. */
export function exactExpectation(came: Came, precision: Precision, context: ExactContext): Written {
  if (isEnd(came)) return endExpectation(came);
  if (precision === 'status') return statusOf(came);
  const { vocabulary, command, hello } = context;
  const generalize = (precision === 'exact' ? preserving : generalizing)(vocabulary);
  const advertised = advertisedIn(came, { generalize, command, hello }, (value, keyword) =>
    closedValue(value, keyword, generalize),
  );
  if (advertised !== undefined && !('untagged' in came))
    return { ...statusKey(came), ...advertised, lines: { length: came.lines.length } };
  const untagged = 'untagged' in came ? untaggedEntries(came.untagged, generalize) : [];
  return { ...statusKey(came), ...wording(came, generalize), ...(untagged.length > 0 && { untagged }) };
}

/**
 * Keywords whose meaning differs with and without parameters (RFC 1870 section 3, RFC 4954 section 4, RFC 5804 section
 * 1.7).
 */
const mayBeBare: ReadonlySet<string> = new Set(['SIZE', 'AUTH', 'SASL', 'SIEVE', 'NOTIFY', 'EXPIRE', 'LOGIN-DELAY']);

/** The parameters and no others; text for people as it is. */
function closedValue(value: Value, keyword: string, generalize: Generalize): Written {
  if (typeof value === 'string') return matcherFor(value, generalize);
  const written = parametersOf(value);
  if (Array.isArray(written)) return { equals: written as readonly Written[] };
  return written === true && isWords(value) && mayBeBare.has(keyword.toUpperCase()) ? { equals: [] } : written;
}

function statusOf(reply: Reply): Written {
  if ('code' in reply) return reply.code;
  return 'status' in reply ? reply.status : { lines: { length: { at_least: 1 } } };
}

function statusKey(reply: Reply): WrittenMap {
  if ('code' in reply) return { code: reply.code };
  return 'status' in reply && reply.status !== '*' ? { status: reply.status } : {};
}

/** The human-readable text, and the content of a body. */
function wording(reply: Reply, generalize: Generalize): WrittenMap {
  const { asksForMore } = repliesLike(reply);
  if (asksForMore(reply) === true && 'untagged' in reply) return {};
  const isBody =
    ('body' in reply && reply.body !== undefined) || (reply.protocol === 'sieve' && reply.lines.length > 0);
  // The first line of a message's reply says how long the message is.
  const isWorded = reply.protocol === 'pop3' ? !isBody : isBody || reply.lines.length < 2;
  const text = isWorded ? { text: matcherFor(reply.text, generalize) } : {};
  if (!isBody && reply.lines.length < 2) return text;
  if (reply.lines.length > mostLines || !reply.lines.every(isPlain)) return text;
  return { ...text, lines: { exactly: reply.lines.map((line) => matcherFor(line, generalize)) } };
}

/** A matcher that only this text meets, or only texts of its form. */
function matcherFor(text: string, generalize: Generalize): Written {
  if (text === '') return { length: 0 };
  if (!isPlain(text)) return { length: { at_least: 1 } };
  return matcherOf(generalize(text));
}

function matcherOf(pieces: readonly Piece[]): Written {
  const text = textOf(pieces);
  if (text === undefined) return `/^${sourceOf(pieces)}$/`;
  return text.startsWith('/') ? { equals: text } : text;
}

/** Responses that report recent events, which are not properties of the server. */
const passing: ReadonlySet<string> = new Set(['EXISTS', 'EXPUNGE', 'VANISHED', 'RECENT', 'BYE', '']);

function untaggedEntries(responses: readonly UntaggedResponse[], generalize: Generalize): readonly Written[] {
  const named = responses.filter(({ name }) => !passing.has(name) && /^[A-Z][A-Z0-9.-]*$/.test(name));
  // Mailboxes of other scenarios that run at the same time are ignored, unless one of them was asked for.
  const others = named.filter((each) => !isOwn(each));
  const kept = sorted(others.some(isListing) ? others : named);
  const entries = kept.slice(0, mostLines).map((each) => entryOf(each, generalize));
  const listed = kept.filter(isListing);
  return [...new Map(entries.map((entry) => [JSON.stringify(entry), entry])).values(), ...noOthers(listed, generalize)];
}

function isListing({ name }: UntaggedResponse): boolean {
  return name === 'LIST' || name === 'LSUB';
}

/** Mailboxes by their names: Dovecot lists them in another order once it has rebuilt its index. */
function sorted(responses: readonly UntaggedResponse[]): readonly UntaggedResponse[] {
  const listed = responses.filter(isListing).sort((one, other) => (mailboxOf(one) < mailboxOf(other) ? -1 : 1));
  let next = 0;
  return responses.map((each) => (isListing(each) ? (listed[next++] ?? each) : each));
}

function mailboxOf({ data }: UntaggedResponse): string {
  return isFields(data) ? String(data['name'] ?? '') : '';
}

function isOwn(response: UntaggedResponse): boolean {
  return isListing(response) && /mailspec/.test(mailboxOf(response));
}

function entryOf(response: UntaggedResponse, generalize: Generalize): Written {
  const { name, text, data } = response;
  if (isListing(response) && isFields(data)) return { [name]: listed(data, generalize) };
  if (isWords(data) && (name === 'CAPABILITY' || name === 'FLAGS' || name === 'ENABLED')) {
    return { [name]: lasting(data) };
  }
  if (name === 'FETCH' && isFields(data) && isWords(data['FLAGS']) && Object.keys(data).length === 2) {
    return { FETCH: { FLAGS: lasting(data['FLAGS']) } };
  }
  if (!isPlain(text)) return name;
  // A message's number depends on those before it.
  if (name === 'FETCH') return `/^\\d+ ${sourceOf(generalize(text.replace(/^\d+ /, '')))}$/`;
  // Usage changes with every message (RFC 9208 section 4.1.2); limits do not.
  if (name === 'QUOTA') return `/^${sourceOf(generalize(text)).replace(/(?<=[A-Z] )\d+(?= \d)/g, '\\d+')}$/`;
  return `/^${sourceOf(generalize(text))}$/`;
}

/** All words except those that come and go. */
function lasting({ words, optional = [] }: Words): Written {
  return { equals: words.filter((word) => !optional.includes(word)).map(escapeText) };
}

function isFields(value: Value | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isWords(value);
}

/** RFC 9051 section 7.3.1. */
function listed({ name, delimiter, attributes }: Fields, generalize: Generalize): WrittenMap {
  return {
    ...(typeof name === 'string' && { name: matcherFor(name, generalize) }),
    ...(typeof delimiter === 'string' && { delimiter: escapeText(delimiter) }),
    ...(isWords(attributes) && { attributes: attributesOf(attributes.words) }),
  };
}

/** Whether a mailbox has new messages changes all the time (RFC 9051 section 7.3.1). */
const momentary = /^\\(?:Un)?[Mm]arked$/;

function attributesOf(words: readonly string[]): Written {
  const lasting = words.filter((word) => !momentary.test(word));
  return lasting.length === words.length ? { equals: words.map(escapeText) } : { includes: lasting.map(escapeText) };
}

/** Other mailboxes are a difference, except those of scenarios that run at the same time. */
function noOthers(listed: readonly UntaggedResponse[], generalize: Generalize): readonly Written[] {
  const names = listed.flatMap(({ data }) =>
    isFields(data) && typeof data['name'] === 'string' ? [data['name']] : [],
  );
  const [first] = listed;
  if (first === undefined || names.length !== listed.length || !names.every(isPlain)) return [];
  return [
    {
      all: { [first.name]: { name: { one_of: [...names.map((each) => matcherFor(each, generalize)), '/mailspec/'] } } },
    },
  ];
}
