import type { Written, WrittenMap } from '../authoring/written.ts';
import { mapHeadline } from '../headline.ts';
import type { Problem } from '../result.ts';
import { problemWords } from '../words/problem.ts';
import { label } from './observe.ts';
import { filled } from './probe.ts';

/** A problem of a run in one line, with the probe's steps in words instead of their names during the run. */
export function wordsOf(problem: Problem, steps: readonly Written[]): string {
  const names = new Map<string, string>();
  filled(steps, (index, _, step) => {
    names.set(label(index), nameOf(step));
    return undefined;
  });
  return problemWords({
    ...problem,
    headline: mapHeadline(problem.headline, (text) => names.get(text) ?? text),
  });
}

/** Keys that say where, when and what is expected, and not what a step does. */
const others: ReadonlySet<string> = new Set(['on', 'expect', 'name', 'timeout', 'capture']);

function nameOf(step: WrittenMap): string {
  const action = Object.keys(step).find((key) => !others.has(key));
  return action === undefined || action === 'send' ? 'the command' : action;
}
