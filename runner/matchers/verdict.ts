import type { Actual, Mismatch } from '../mismatch.ts';
import type { Matcher, Text } from '../plan.ts';
import { placeOf } from '../source.ts';
import type { Value } from '../value.ts';
import { type Path, pathText } from './path.ts';
import { fillingFrom, mapMatcher } from './texts.ts';

/** What matchers need of the running scenario. */
export interface Scope {
  /** Fills a text's holes. */
  expand(text: Text): string;
  /** Keeps a value that was met for the steps that follow; `items`: of a list, one by one. */
  capture(name: string, value: string, items?: readonly string[]): void;
}

export interface Captured {
  readonly name: string;
  readonly value: string;
  /** What `repeat` goes over, where the value is a list. */
  readonly items?: readonly string[];
}

/**
 * What came of one matcher and one value. `unfit`: the value is of a kind that the matcher says nothing about (it is
 * absent, a list where one text is meant, no number). That is a mismatch, and so is its negation: `not: 10.0.0.1`
 * must not hold because there are two addresses. Together they follow Kleene's three-valued logic.
 */
export interface Verdict {
  readonly outcome: 'holds' | 'differs' | 'unfit';
  /** What differs; empty where it holds. Made when asked for: of most candidates that do not match, nobody asks. */
  mismatches(): readonly Mismatch[];
  /** Empty where it does not hold. */
  readonly captures: readonly Captured[];
}

/** The matchers that have one of these kinds. */
export type MatcherOf<Kind extends Matcher['kind'], M = Matcher> = M extends { readonly kind: infer Kinds }
  ? Kind extends Kinds
    ? M
    : never
  : never;

/** Judges a matcher at a path; handed to the matchers that hold others. */
export type Judge = (matcher: Matcher, value: Value | undefined, path: Path | undefined) => Verdict;

const nothing = (): readonly Mismatch[] => [];

export const held: Verdict = { outcome: 'holds', mismatches: nothing, captures: [] };

export function holding(captures: readonly Captured[]): Verdict {
  return captures.length === 0 ? held : { outcome: 'holds', mismatches: nothing, captures };
}

export function differing(mismatches: () => Mismatch | readonly Mismatch[]): Verdict {
  return failing('differs', mismatches);
}

export function unfit(mismatches: () => Mismatch | readonly Mismatch[]): Verdict {
  return failing('unfit', mismatches);
}

function failing(outcome: 'differs' | 'unfit', mismatches: () => Mismatch | readonly Mismatch[]): Verdict {
  return { outcome, mismatches: () => [mismatches()].flat(), captures: [] };
}

/** All must hold; every mismatch is told. */
export function conjunction(verdicts: readonly Verdict[]): Verdict {
  const [only] = verdicts;
  if (only === undefined) return held;
  if (verdicts.length === 1) return only;
  if (verdicts.every(({ outcome }) => outcome === 'holds')) return holding(verdicts.flatMap((each) => each.captures));
  const mismatches = () => verdicts.flatMap((each) => each.mismatches());
  return verdicts.some(({ outcome }) => outcome === 'differs') ? differing(mismatches) : unfit(mismatches);
}

/** A matcher's mismatch. */
export function mismatchOf(
  matcher: Matcher,
  path: Path | undefined,
  scope: Scope,
  actual: Actual,
  more: Partial<Mismatch> = {},
): Mismatch {
  return {
    path: pathText(path),
    expected: { kind: 'matcher', matcher: mapMatcher(matcher, fillingFrom(scope)) },
    actual,
    ...more,
    place: placeOf(matcher.span),
  };
}
