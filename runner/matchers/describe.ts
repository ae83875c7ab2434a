import { escapePattern } from '../encoding.ts';
import type { Matcher, Pattern, Scalar } from '../plan.ts';
import type { Mismatch } from '../result.ts';
import { isWords, type Value } from '../value.ts';
import { visible } from '../visible.ts';
import { parseSize, quantityKind } from './quantity.ts';
import type { Scope } from './verdict.ts';

/** Characters of a text that are shown; a reply may have megabytes, and the transcript has it anyway. */
const longestText = 500;
/** Items of a list and fields of a record that are shown. */
const mostItems = 10;
/** Lists in lists that are shown: with ten items each, this many levels are as much as anybody reads. */
const deepest = 3;

/** What a matcher wants, in words that stand after "expected". */
export function describeMatcher(matcher: Matcher, scope: Scope): string {
  const inner = (each: Matcher): string => describeMatcher(each, scope);
  const whole = (each: Matcher): string => (isCompound(each) ? `(${inner(each)})` : inner(each));
  switch (matcher.kind) {
    case 'equals':
      return describeScalar(matcher.value, scope);
    case 'exactly':
      return matcher.items.length === 0 ? 'an empty list' : `exactly ${enumerate(matcher.items.map(inner))}`;
    case 'holds':
      return matcher.items.length === 1
        ? matcher.items.map(inner).join()
        : `all of ${enumerate(matcher.items.map(inner))}`;
    case 'matches':
      return `a match of ${describePattern(matcher.pattern, scope)}`;
    case 'contains':
      return `a text that contains ${quote(scope.expand(matcher.value))}`;
    case 'starts_with':
      return `a text that begins with ${quote(scope.expand(matcher.value))}`;
    case 'ends_with':
      return `a text that ends in ${quote(scope.expand(matcher.value))}`;
    case 'not':
      return `anything but ${whole(matcher.matcher)}`;
    case 'base64':
      return `base64 of ${whole(matcher.matcher)}`;
    case 'length':
      return `a length of ${whole(matcher.matcher)}`;
    case 'includes':
      return `a list that includes ${whole(matcher.matcher)}`;
    case 'excludes':
      return `a list without ${whole(matcher.matcher)}`;
    case 'one_of':
      return matcher.of.length === 0 ? 'one of no alternatives' : `one of ${enumerate(matcher.of.map(whole))}`;
    case 'all_of':
      return matcher.of.length === 0 ? 'anything' : matcher.of.map(whole).join(' and ');
    case 'at_least':
      return `at least ${describeBound(matcher.value, scope)}`;
    case 'at_most':
      return `at most ${describeBound(matcher.value, scope)}`;
    case 'fields':
      if (matcher.fields.length === 0) return 'a record';
      return `{ ${enumerate(matcher.fields.map((field) => `${field.name}: ${inner(field.matcher)}`))} }`;
    case 'capture':
      return `any value (kept as "${matcher.name}")`;
  }
}

function isCompound(matcher: Matcher): boolean {
  return (
    ((matcher.kind === 'one_of' || matcher.kind === 'all_of') && matcher.of.length > 1) ||
    ((matcher.kind === 'holds' || matcher.kind === 'exactly') && matcher.items.length > 1)
  );
}

function describeScalar(scalar: Scalar, scope: Scope): string {
  const plain = plainOf(scalar, scope);
  return typeof plain === 'string' ? quote(plain) : String(plain);
}

/** Bounds are numbers of some kind and need no quotes; a size is also told in octets, as servers tell it. */
function describeBound(scalar: Scalar, scope: Scope): string {
  const plain = plainOf(scalar, scope);
  if (typeof plain !== 'string') return String(plain);
  const kind = quantityKind(plain);
  if (kind === undefined) return `${quote(plain)} (which is no number, size, duration or date)`;
  return kind === 'size' ? `${plain} (${parseSize(plain)} octets)` : plain;
}

/** A scalar with its holes filled. */
export function plainOf(scalar: Scalar, scope: Scope): string | number | boolean | null {
  return typeof scalar === 'object' && scalar !== null ? scope.expand(scalar) : scalar;
}

/** A pattern's source with its holes filled: in a pattern a value stands for its literal text. */
export function patternSource(pattern: Pattern, scope: Scope): string {
  if (typeof pattern.source === 'string') return pattern.source;
  return pattern.source.parts
    .map((part) => (typeof part === 'string' ? part : escapePattern(scope.expand({ parts: [part] }))))
    .join('');
}

export function describePattern(pattern: Pattern, scope: Scope): string {
  return cut(visible(`/${patternSource(pattern, scope)}/${pattern.flags}`));
}

/** What came, in words that stand after "actual": one line, control characters visible. */
export function describeValue(value: Value | undefined, depth = 0): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (isWords(value)) return value.words.length === 0 && value.text === '' ? 'no words' : quote(value.text);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : describeList(value, depth);
  const fields = Object.entries(value);
  if (fields.length === 0) return 'an empty record';
  return depth >= deepest
    ? '{ … }'
    : `{ ${enumerateLazily(fields, ([name, field]) => `${visible(name)}: ${describeValue(field, depth + 1)}`)} }`;
}

function describeList(list: readonly Value[], depth: number): string {
  return depth >= deepest ? '[ … ]' : `[${enumerateLazily(list, (item) => describeValue(item, depth + 1))}]`;
}

/** `"a", "b", "c"`, and how many more there are. */
export function enumerate(items: readonly string[]): string {
  return enumerateLazily(items, (item) => item);
}

function enumerateLazily<T>(items: readonly T[], describe: (item: T) => string): string {
  const shown = items.slice(0, mostItems).map(describe).join(', ');
  return items.length > mostItems ? `${shown}, … ${items.length - mostItems} more` : shown;
}

/** A text in quotes, with control characters visible. */
export function quote(text: string): string {
  if (text.length <= longestText) return `"${visible(text)}"`;
  return `"${visible(cutAt(text))}…" (${text.length} characters)`;
}

function cut(text: string): string {
  return text.length <= longestText ? text : `${cutAt(text)}… (${text.length} characters)`;
}

/** Between words where that is possible: half of a secret would no longer be known for one. */
function cutAt(text: string): string {
  const start = text.slice(0, longestText);
  const space = start.search(/\s\S*$/);
  return space > longestText / 2 ? start.slice(0, space) : start;
}

/** `nothing; there are "seq", "FLAGS"`, for a name that is not there. */
export function describeAbsence(present: readonly string[], noun = 'nothing'): string {
  return present.length === 0 ? noun : `${noun}; there are ${enumerateLazily(present, quote)}`;
}

/** For one thing expected where several came. */
export function describeUnexpectedList(value: Value): string {
  const advice =
    Array.isArray(value) && value.length === 0 ? '' : ' (a list; "includes" and "excludes" look at its items)';
  return `${describeValue(value)}${advice}`;
}

/** `[2] comes nearest, where subject is "b", expected "a"`. `base`: what the mismatches' paths begin with. */
export function describeNearest(label: string, mismatches: readonly Mismatch[], base: string): string {
  const differences = mismatches.map(({ path, actual, expected }) => {
    const inner = path.startsWith(base) ? path.slice(base.length).replace(/^\./, '') : path;
    return `${inner === '' ? 'it' : inner} is ${actual}, expected ${expected}`;
  });
  return `${label} comes nearest, where ${enumerate(differences)}`;
}

/** `extensions.SIZE`, `headers["x y"]`. */
export function joinPath(path: string, name: string): string {
  if (!/^[\w-]+$/.test(name)) return `${path}["${name}"]`;
  return path === '' ? name : `${path}.${name}`;
}

/** `350ms`, `2s`, `3.2s`. */
export function describeDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)}ms` : `${Math.round(ms) / 1000}s`;
}
