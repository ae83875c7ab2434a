import { many } from '../phrase.ts';
import type { Refused } from './script.ts';

/** The limits of an imported text: a person pasted or wrote it, or it is the log of one session. */
export const limits = {
  lines: 50_000,
  /** Characters of a line. */
  line: 256 * 1024,
  steps: 10_000,
  /** The depth of nested lists. */
  depth: 100,
} as const;

const hint = 'Import only the part that you need';

/** Why a text is not read at all. */
export function beyondLimits(lines: readonly string[]): Refused | undefined {
  if (lines.length > limits.lines) return { problem: `it has more than ${many(limits.lines, 'line')}`, hint };
  const at = lines.findIndex(({ length }) => length > limits.line);
  if (at !== -1) return { problem: `line ${at + 1} has more than ${many(limits.line, 'character')}`, hint };
  return undefined;
}

export function beyondSteps(steps: number): Refused | undefined {
  return steps > limits.steps ? { problem: `it has more than ${many(limits.steps, 'step')}`, hint } : undefined;
}
