import { commonLength } from '../common-length.ts';
import type { Departure } from '../mismatch.ts';

/** Of shorter texts, a reader sees at a glance where they differ. */
const shortest = 80;
/** The fewest equal characters that make a text the wrong form of the expected one, and not another text. */
const fewestEqual = 20;
/** The most characters that are shown of each text where they differ. */
const shown = 30;

/** The operators whose text has a beginning that can be searched for. */
export type Searched = 'equals' | 'contains' | 'starts_with';

/**
 * Where a long text stops being as expected; `undefined` if too little of it came, or if it is short.
 * @param expected, actual secrets must have been replaced
 */
export function departureOf(operator: Searched, expected: string, actual: string): Departure | undefined {
  if (expected.length <= shortest) return undefined;
  const common = commonLength(expected, actual);
  const [after, at] = operator === 'contains' ? longestPart(expected, actual) : [common, common];
  if (after < fewestEqual) return undefined;
  const [wanted, came] = [expected.slice(after, after + shown), actual.slice(at, at + shown)];
  return { after, expected: wanted, actual: came };
}

/** The longest beginning of the expected text that is anywhere in the actual one, and where that ends. */
function longestPart(expected: string, actual: string): [number, number] {
  // If a beginning is there, so is every shorter one.
  let [there, missing] = [0, expected.length + 1];
  while (missing - there > 1) {
    const middle = Math.floor((there + missing) / 2);
    if (actual.includes(expected.slice(0, middle))) there = middle;
    else missing = middle;
  }
  return [there, actual.indexOf(expected.slice(0, there)) + there];
}
