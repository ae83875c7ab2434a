import type { Excerpt } from '../excerpt.ts';
import type { KindTaking } from '../matcher-kinds.ts';
import { takes } from '../matchers/parts.ts';
import { parseSize, quantityKind } from '../matchers/quantity.ts';
import type { MatcherForm, PatternForm, ScalarForm, Text } from '../plan.ts';
import { visible } from '../visible.ts';
import { enumerate, quote, shownOf, written } from './text.ts';

/** Text with holes, as in a plan, or without, as in results. */
type AnyText = Text | Excerpt;
export type AnyMatcher = MatcherForm<AnyText, unknown>;

const textWords: Readonly<Record<KindTaking<'text'>, string>> = {
  contains: 'containing',
  starts_with: 'beginning with',
  ends_with: 'ending in',
};

/** What a matcher requires, in words that follow "expected". */
export function matcherWords(matcher: AnyMatcher): string {
  if (takes(matcher, 'text')) return `text ${textWords[matcher.kind]} ${quote(matcher.value)}`;
  switch (matcher.kind) {
    case 'equals':
      return scalarWords(matcher.value);
    case 'exactly':
      return matcher.items.length === 0 ? 'an empty list' : `exactly ${enumerate(matcher.items, matcherWords)}`;
    case 'sequence':
      return matcher.items.length === 0
        ? 'an empty list'
        : `exactly ${enumerate(matcher.items, matcherWords)}, in this order`;
    case 'ordered':
      return `${enumerate(matcher.items, matcherWords)}, in this order`;
    case 'count':
      return `${whole(matcher.matcher)} of ${whole(matcher.of)}`;
    case 'holds':
      return matcher.items.length === 1
        ? matcher.items.map(matcherWords).join()
        : `all of ${enumerate(matcher.items, matcherWords)}`;
    case 'matches':
      return `text matching ${patternWords(matcher.pattern)}`;
    case 'not':
      return `anything but ${whole(matcher.matcher)}`;
    case 'base64':
      return `base64 of ${whole(matcher.matcher)}`;
    case 'octets':
      return `${whole(matcher.matcher)} octets`;
    case 'set':
      return setWords(matcher.matcher);
    case 'length':
      return `a length of ${whole(matcher.matcher)}`;
    case 'includes':
      return `a list that includes ${whole(matcher.matcher)}`;
    case 'excludes':
      return `a list without ${whole(matcher.matcher)}`;
    case 'one_of':
      return matcher.of.length === 0 ? 'one of an empty list' : `one of ${enumerate(matcher.of, whole)}`;
    case 'all_of':
      return everyWords(matcher.of);
    case 'at_least':
      return `at least ${boundWords(matcher.value)}`;
    case 'at_most':
      return `at most ${boundWords(matcher.value)}`;
    case 'fields':
      if (matcher.fields.length === 0) return 'a record';
      return `{ ${enumerate(matcher.fields, (field) => `${field.name}: ${matcherWords(field.matcher)}`)} }`;
    case 'capture':
      return `any value (kept as "${matcher.name}")`;
  }
}

/** `a length of 1 (kept as "seq")`: several matchers; captures come last, in parentheses. */
function everyWords(matchers: readonly AnyMatcher[]): string {
  const kept = matchers.flatMap((each) => (each.kind === 'capture' ? [`"${each.name}"`] : []));
  const others = matchers.filter(({ kind }) => kind !== 'capture').map(whole);
  if (others.length === 0) return kept.length === 0 ? 'anything' : `any value (kept as ${kept.join(' and ')})`;
  return `${others.join(' and ')}${kept.length === 0 ? '' : ` (kept as ${kept.join(' and ')})`}`;
}

function setWords(matcher: AnyMatcher): string {
  if (matcher.kind === 'includes') return `a set that includes ${whole(matcher.matcher)}`;
  if (matcher.kind === 'excludes') return `a set without ${whole(matcher.matcher)}`;
  return `the set ${whole(matcher)}`;
}

function whole(matcher: AnyMatcher): string {
  return isCompound(matcher) ? `(${matcherWords(matcher)})` : matcherWords(matcher);
}

function isCompound(matcher: AnyMatcher): boolean {
  if (takes(matcher, 'matchers')) return matcher.of.length > 1;
  return takes(matcher, 'items') && matcher.items.length > 1;
}

function isText(scalar: ScalarForm<AnyText>): scalar is AnyText {
  return typeof scalar === 'string' || (typeof scalar === 'object' && scalar !== null);
}

function scalarWords(scalar: ScalarForm<AnyText>): string {
  return isText(scalar) ? quote(scalar) : String(scalar);
}

/** Bounds are numbers of some kind and need no quotes; a size is also given in octets, as servers do. */
function boundWords(scalar: ScalarForm<AnyText>): string {
  if (!isText(scalar)) return String(scalar);
  // Its value is not known yet.
  if (typeof scalar === 'object' && 'parts' in scalar) return visible(written(scalar));
  const kind = typeof scalar === 'string' ? quantityKind(scalar) : undefined;
  if (typeof scalar !== 'string' || kind === undefined) {
    return `${quote(scalar)} (which is not a number, size, duration or date)`;
  }
  return kind === 'size' ? `${scalar} (${parseSize(scalar)} octets)` : scalar;
}

export function patternWords({ source, flags }: PatternForm<AnyText, unknown>): string {
  const shown = shownOf(source);
  if (typeof shown === 'string') return visible(`/${shown}/${flags}`);
  return `/${visible(shown.start)}… (${shown.length} characters)`;
}
