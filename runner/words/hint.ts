import type { Problem } from '../result.ts';
import { symptoms } from './symptoms.ts';

/** What the evidence of a problem usually means. */
export function symptomHint(problem: Problem): string | undefined {
  return symptoms.find(({ when }) => when(problem))?.says(problem.evidence?.protocol ?? '');
}

/** What its evidence usually means; else what was said where the problem arose. */
export function hintOf(problem: Problem): string | undefined {
  return symptomHint(problem) ?? problem.hint;
}
