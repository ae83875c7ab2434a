import type { Mismatch } from '../mismatch.ts';
import type { Verdict } from './verdict.ts';

/** Of several that do not match, the one that nearly does: "best match so far". */
export interface Nearest {
  readonly index: number;
  readonly mismatches: readonly Mismatch[];
}

/** A difference in one part. */
const partDiffers = 1;
/** A part that is not there is farther off than one with another value. */
const partMissing = 2;
/** Nothing is known to agree: such a candidate is not near at all. */
const wholeDiffers = 1000;

/**
 * The candidate with the fewest and least differences; of equals the first. None where every one differs as a whole,
 * for then none is nearer than another.
 * @param bases each candidate's own path: a mismatch there is one of the whole
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
