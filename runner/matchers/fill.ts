import { createHash } from 'node:crypto';
import { decodeText, escapeOctets, escapePattern, strictBase64 } from '../encoding.ts';
import type { FilterName } from '../filter-name.ts';
import type { Hole, Pattern, Text } from '../plan.ts';

/** Thrown if a text cannot be filled: a value is missing, or a filter does not accept it. */
export class FillError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FillError';
  }
}

const octets = (text: string): Buffer => Buffer.from(text, 'utf8');
const digest =
  (algorithm: string) =>
  (text: string): string =>
    createHash(algorithm).update(octets(text)).digest('hex');

/** `${name|filter}`: each filter applies to the text's UTF-8 octets. */
export const filters: Readonly<Record<FilterName, (text: string) => string>> = {
  base64: (text) => octets(text).toString('base64'), // RFC 4648 section 4
  unbase64: decodeBase64,
  md5: digest('md5'),
  sha256: digest('sha256'),
  hex: (text) => octets(text).toString('hex'),
  xtext: (text) => escapeOctets(octets(text), 'xtext'),
  urlencode: (text) => escapeOctets(octets(text), 'uri'),
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  // RFC 5321 section 4.1.2: a quoted local part may contain "@".
  'local-part': (text) => (text.includes('@') ? text.slice(0, text.lastIndexOf('@')) : text),
  domain: (text) => (text.includes('@') ? text.slice(text.lastIndexOf('@') + 1) : ''),
};

export function isFilter(name: string): name is FilterName {
  return Object.hasOwn(filters, name);
}

function decodeBase64(text: string): string {
  const decoded = strictBase64(text);
  if (decoded === undefined) throw new FillError(`Cannot decode ${JSON.stringify(text)}: it is not base64`);
  return decodeText(decoded);
}

/** A name's value while the scenario runs; `undefined` if it has none (yet). */
export type Lookup = (name: string) => string | undefined;

/** Called with each value that was made from secrets, so that it can be hidden like them. */
export type Conceal = (secrets: readonly string[], value: string) => void;

/** Fills the holes of a text. Throws a `FillError` if a value is missing or a filter does not accept it. */
export function fill(text: Text, lookup: Lookup, conceal: Conceal = () => {}): string {
  return fillParts(text, { lookup, conceal, quote: (value) => value });
}

/** Fills the holes of a pattern, in which values match literally. Throws a `FillError`. */
export function fillPattern(pattern: Pattern, lookup: Lookup, conceal: Conceal = () => {}): string {
  return fillParts(pattern.source, { lookup, conceal, quote: escapePattern });
}

/**
 * The most characters of one text: enough for a captured literal in base64. A text with a thousand captures could need
 * gigabytes.
 */
const longestFilled = 32 * 1024 * 1024;

function refuseLong(text: string): void {
  if (text.length > longestFilled)
    throw new FillError(
      `Cannot fill in the variables: the text becomes longer than ${longestFilled / 1024 / 1024} MiB`,
    );
}

interface Filling {
  readonly lookup: Lookup;
  readonly conceal: Conceal;
  readonly quote: (value: string) => string;
}

function fillParts(text: Text, filling: Filling): string {
  if (typeof text === 'string') return text;
  let filled = '';
  for (const part of text.parts) {
    filled += typeof part === 'string' ? part : filling.quote(fillHole(part, filling));
    refuseLong(filled);
  }
  return filled;
}

function fillHole({ name, filters: applied, of, secrets }: Hole, filling: Filling): string {
  let value = of === undefined ? filling.lookup(name) : fillParts(of, { ...filling, quote: (inner) => inner });
  if (value === undefined) throw new FillError(`Cannot fill in "\${${name}}": it has no value yet`);
  for (const filter of applied) {
    value = filters[filter](value);
    refuseLong(value);
    if (secrets !== undefined) filling.conceal(secrets, value);
  }
  return value;
}
