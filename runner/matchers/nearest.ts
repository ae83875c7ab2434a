import type { Mismatch } from '../mismatch.ts';
import type { Verdict } from './verdict.ts';

/** The closest of several candidates that do not match. */
export interface Nearest {
  readonly index: number;
  readonly mismatches: readonly Mismatch[];
}

/** The weight of a difference in one part. */
const partDiffers = 1;
/** A missing part weighs more than one with a different value. */
const partMissing = 2;
/** Nothing agrees: such a candidate is not close at all. */
const wholeDiffers = 1000;

/**
 * The candidate with the fewest and smallest differences; the first if several are equal. `undefined` if all of them
 * differ completely, since then none is closer than another.
 * @param bases each candidate's own path: a mismatch there concerns the whole candidate
 */
export function findNearest(verdicts: readonly Verdict[], bases: (index: number) => string): Nearest | undefined {
  let nearest: Nearest | undefined;
  let least = wholeDiffers;
  for (const [index, verdict] of verdicts.entries()) {
    const mismatches = verdict.mismatches();
    const cost = mismatches.reduce((sum, each) => sum + costOf(each, bases(index)), 0);
    if (cost < least) {
      least = cost;
      nearest = { index, mismatches };
    }
  }
  return nearest;
}

function costOf(mismatch: Mismatch, base: string): number {
  if (mismatch.path === base) return wholeDiffers;
  return mismatch.missing?.length ? partMissing : partDiffers;
}
