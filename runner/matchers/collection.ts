import type { Expected, Nearest } from '../mismatch.ts';
import type { Matcher } from '../plan.ts';
import { isWords, type Value, words } from '../value.ts';
import { findNearest } from './nearest.ts';
import { pair } from './pairing.ts';
import { type Path, pathText, under } from './path.ts';
import { actualOf, sampleOf } from './sample.ts';
import { fillingFrom, mapMatcher } from './texts.ts';
import {
  conjunction,
  differing,
  holding,
  type Judge,
  type MatcherOf,
  mismatchOf,
  type Scope,
  unfit,
  type Verdict,
} from './verdict.ts';
import { distinctWords, effectiveWords, isOptional, sameWord } from './words.ts';

export interface Element {
  readonly value: Value;
  readonly path: Path | undefined;
  /** A word that counts only if an expectation names it. */
  readonly optionalWord?: string;
}

/**
 * The elements for list operators: a list's items, words one by one, nothing for `null`, and otherwise only the value.
 */
export function elementsOf(value: Value, path: Path | undefined): readonly Element[] {
  if (value === null) return [];
  if (isWords(value)) {
    return distinctWords(value).map((word, index) => ({
      value: words([word], { caseless: value.caseless }),
      path: under(path, index),
      ...(isOptional(value, word) && { optionalWord: word }),
    }));
  }
  if (Array.isArray(value)) return value.map((item: Value, index) => ({ value: item, path: under(path, index) }));
  return [{ value, path }];
}

function isCollection(value: Value): boolean {
  return value === null || isWords(value) || Array.isArray(value);
}

/** `[a, b]`, and `includes`: each item must match some element. A value that is not a list must match each item. */
export function judgeHolds(
  matcher: Matcher,
  items: readonly Matcher[],
  value: Value,
  path: Path | undefined,
  scope: Scope,
  judge: Judge,
): Verdict {
  if (!isCollection(value)) return conjunction(items.map((item) => judge(item, value, path)));
  const elements = elementsOf(value, path);
  const found = items.map((item) => firstHolding(item, elements, judge));
  if (found.every((each) => each.held !== undefined)) {
    return holding(found.flatMap((each) => each.held?.captures ?? []));
  }
  const unmet = items.filter((_, index) => found[index]?.held === undefined);
  return differing(() =>
    mismatchOf(matcher, path, scope, actualOf(value), {
      missing: unmet.map((item) => wanted(item, scope)),
      ...nearestOf(unmet[0], elements, path, judge),
    }),
  );
}

export function wanted(matcher: Matcher, scope: Scope): Expected {
  return { kind: 'matcher', matcher: mapMatcher(matcher, fillingFrom(scope)) };
}

function firstHolding(item: Matcher, elements: readonly Element[], judge: Judge): { readonly held?: Verdict } {
  for (const element of elements) {
    const verdict = judge(item, element.value, element.path);
    if (verdict.outcome === 'holds') return { held: verdict };
  }
  return {};
}

/** Only numbers: all verdicts for half a million values, each with each item, would fill the memory. */
function indicesHolding(item: Matcher, elements: readonly Element[], judge: Judge): readonly number[] {
  const indices: number[] = [];
  for (const [index, { value, path }] of elements.entries())
    if (judge(item, value, path).outcome === 'holds') indices.push(index);
  return indices;
}

/** The most elements to search for the closest one: it is only a hint, and each takes a comparison. */
const mostCompared = 10_000;

/** The element that is closest to the missing item. */
function nearestOf(
  unmet: Matcher | undefined,
  elements: readonly Element[],
  path: Path | undefined,
  judge: Judge,
): { readonly nearest?: Nearest } {
  if (unmet === undefined || elements.length === 0) return {};
  const verdicts = elements.slice(0, mostCompared).map((element) => judge(unmet, element.value, element.path));
  const nearest = findNearest(verdicts, (index) => pathText(elements[index]?.path));
  if (nearest === undefined) return {};
  const base = pathText(elements[nearest.index]?.path);
  const item = base.slice(pathText(path).length);
  return { nearest: { candidate: { kind: 'item', path: item }, base, mismatches: nearest.mismatches } };
}

/** `excludes`: no element matches it, or any of its items. */
export function judgeExcludes(
  matcher: MatcherOf<'excludes'>,
  value: Value,
  path: Path | undefined,
  scope: Scope,
  judge: Judge,
): Verdict {
  const unwanted = matcher.matcher.kind === 'holds' ? matcher.matcher.items : [matcher.matcher];
  const found = elementsOf(value, path).filter((element) =>
    unwanted.some(
      (item) =>
        (element.optionalWord === undefined || names(item, element.optionalWord, scope)) &&
        judge(item, element.value, element.path).outcome === 'holds',
    ),
  );
  if (found.length === 0) return holding([]);
  return differing(() =>
    mismatchOf(matcher, path, scope, actualOf(value), { extra: found.map((element) => actualOf(element.value)) }),
  );
}

function names(item: Matcher, word: string, scope: Scope): boolean {
  if (item.kind !== 'equals' || typeof item.value === 'boolean' || item.value === null) return false;
  return sameWord(typeof item.value === 'number' ? String(item.value) : scope.expand(item.value), word);
}

/** `{ equals: […] }`: each item matches an element of its own, and no element is left. */
export function judgeExactly(
  matcher: MatcherOf<'exactly'>,
  value: Value,
  path: Path | undefined,
  scope: Scope,
  judge: Judge,
): Verdict {
  const { items } = matcher;
  const elements = elementsOf(value, path);
  const pairing = pair(
    items.map((item) => indicesHolding(item, elements, judge)),
    elements.map((element) => element.optionalWord === undefined),
  );
  if (pairing.unmatched.length === 0 && pairing.left.length === 0) {
    return holding(
      pairing.elementOf.flatMap((index, at) => {
        const [item, element] = [items[at], index === undefined ? undefined : elements[index]];
        return item && element ? judge(item, element.value, element.path).captures : [];
      }),
    );
  }
  const missing = pairing.unmatched.flatMap((item) => items[item] ?? []);
  const left = pairing.left.flatMap((element) => elements[element] ?? []);
  return differing(() =>
    mismatchOf(matcher, path, scope, actualOf(value), {
      ...(missing.length > 0 && { missing: missing.map((item) => wanted(item, scope)) }),
      ...(left.length > 0 && { extra: left.map((element) => actualOf(element.value)) }),
      ...nearestOf(missing[0], left, path, judge),
    }),
  );
}

/** The number of matching elements. */
export function judgeCount(
  matcher: MatcherOf<'count'>,
  value: Value,
  path: Path | undefined,
  scope: Scope,
  judge: Judge,
): Verdict {
  const found = elementsOf(value, path).filter(
    (element) => judge(matcher.of, element.value, element.path).outcome === 'holds',
  );
  const verdict = judge(matcher.matcher, found.length, path);
  if (verdict.outcome === 'holds') return verdict;
  const actual = () => ({
    kind: 'count' as const,
    count: found.length,
    value: sampleOf(found.map((element) => element.value)),
  });
  return { ...verdict, mismatches: () => [mismatchOf(matcher, path, scope, actual())] };
}

/** The number of items, words (those that count) or characters of a value. */
export function judgeLength(
  matcher: MatcherOf<'length'>,
  value: Value,
  path: Path | undefined,
  scope: Scope,
  judge: Judge,
): Verdict {
  const length = lengthOf(value);
  if (length === undefined) return unfit(() => mismatchOf(matcher, path, scope, actualOf(value, 'no length')));
  const verdict = judge(matcher.matcher, length, path);
  if (verdict.outcome === 'holds') return verdict;
  return {
    ...verdict,
    mismatches: () => [mismatchOf(matcher, path, scope, { kind: 'length', length, value: sampleOf(value) })],
  };
}

function lengthOf(value: Value): number | undefined {
  if (value === null) return 0;
  if (typeof value === 'string') return [...value].length;
  if (isWords(value)) return effectiveWords(value, []).length;
  return Array.isArray(value) ? value.length : undefined;
}
