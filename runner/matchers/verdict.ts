import type { Matcher, Text } from '../plan.ts';
import type { Mismatch } from '../result.ts';
import type { Value } from '../value.ts';

/** What matchers need of the running scenario. */
export interface Scope {
  /** Fills a text's holes. */
  expand(text: Text): string;
  /** Keeps a value that was met for the steps that follow. */
  capture(name: string, value: string): void;
}

export interface Captured {
  readonly name: string;
  readonly value: string;
}

/**
 * What came of one matcher and one value. `unfit`: the value is of a kind that the matcher says nothing about (it is
 * absent, a list where one text is meant, no number). That is a mismatch, and so is its negation: `not: 10.0.0.1`
 * must not hold because there are two addresses. Together they follow Kleene's three-valued logic.
 */
export interface Verdict {
  readonly outcome: 'holds' | 'differs' | 'unfit';
  /** Empty where it holds. */
  readonly mismatches: readonly Mismatch[];
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
export type Judge = (matcher: Matcher, value: Value | undefined, path: string) => Verdict;

export const held: Verdict = { outcome: 'holds', mismatches: [], captures: [] };

export function holding(captures: readonly Captured[]): Verdict {
  return captures.length === 0 ? held : { outcome: 'holds', mismatches: [], captures };
}

export function differing(...mismatches: readonly Mismatch[]): Verdict {
  return { outcome: 'differs', mismatches, captures: [] };
}

export function unfit(...mismatches: readonly Mismatch[]): Verdict {
  return { outcome: 'unfit', mismatches, captures: [] };
}

/** All must hold; every mismatch is told. */
export function conjunction(verdicts: readonly Verdict[]): Verdict {
  const [only] = verdicts;
  if (only === undefined) return held;
  if (verdicts.length === 1) return only;
  const mismatches = verdicts.flatMap((each) => each.mismatches);
  if (mismatches.length === 0) return holding(verdicts.flatMap((each) => each.captures));
  return verdicts.some((each) => each.outcome === 'differs') ? differing(...mismatches) : unfit(...mismatches);
}
