import type { Actual, Mismatch } from '../mismatch.ts';
import type { Matcher, Text } from '../plan.ts';
import { placeOf } from '../source.ts';
import type { Value } from '../value.ts';
import { type Path, pathText } from './path.ts';
import { fillingFrom, mapMatcher } from './texts.ts';

/** What matchers need of the running scenario. */
export interface Scope {
  /** Fills the holes of a text. */
  expand(text: Text): string;
  /** Stores a matched value for later steps. `items`: the items, if it is a list. */
  capture(name: string, value: string, items?: readonly string[]): void;
}

export interface Captured {
  readonly name: string;
  readonly value: string;
  /** The items that `repeat` iterates over, if the value is a list. */
  readonly items?: readonly string[];
}

/**
 * The result of comparing one value with one matcher. `unfit`: the matcher does not apply to this type of value (it is
 * missing, a list instead of a text, not a number). That is a mismatch, and so is its negation: `not: 10.0.0.1` must
 * not match because there are two addresses. Verdicts are combined by Kleene's three-valued logic.
 */
export interface Verdict {
  readonly outcome: 'holds' | 'differs' | 'unfit';
  /** The differences; empty if it matches. Made on request: most candidates that do not match are never reported. */
  mismatches(): readonly Mismatch[];
  /** Empty if it does not match. */
  readonly captures: readonly Captured[];
}

/** Matchers of one of these kinds. */
export type MatcherOf<Kind extends Matcher['kind'], M = Matcher> = M extends { readonly kind: infer Kinds }
  ? Kind extends Kinds
    ? M
    : never
  : never;

/** Compares a value with a matcher; passed to matchers that contain others. */
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

/** All must match; every mismatch is reported. */
export function conjunction(verdicts: readonly Verdict[]): Verdict {
  const [only] = verdicts;
  if (only === undefined) return held;
  if (verdicts.length === 1) return only;
  if (verdicts.every(({ outcome }) => outcome === 'holds')) return holding(verdicts.flatMap((each) => each.captures));
  const mismatches = () => verdicts.flatMap((each) => each.mismatches());
  return verdicts.some(({ outcome }) => outcome === 'differs') ? differing(mismatches) : unfit(mismatches);
}

/** The mismatch of a single matcher. */
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
