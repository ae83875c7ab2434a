import type { Problem, ScenarioResult } from '../result.ts';
import { dialogueHint, logHint } from './dialogue-hint.ts';
import { silenceHint, symptoms } from './symptoms.ts';

/** What the evidence of a problem usually means. */
export function symptomHint(problem: Problem): string | undefined {
  return symptoms.find(({ when }) => when(problem))?.says(problem.evidence?.protocol ?? '');
}

/** A hint from the evidence and the dialogue; else the one given where the problem arose, or one about the log. */
export function hintOf(problem: Problem, result: Pick<ScenarioResult, 'transcript' | 'log'>): string | undefined {
  return (
    dialogueHint(problem, result) ??
    silenceHint(problem, result) ??
    symptomHint(problem) ??
    problem.hint ??
    logHint(problem, result)
  );
}
