import type { Scenario } from '../plan.ts';
import type { Problem } from '../result.ts';
import { contains, type Place, placeOf } from '../source.ts';
import { dialogueOf, type Step } from '../steps.ts';
import { visible } from '../visible.ts';

/** The most steps shown before the failed one, so that the list fits below the rest of the message. */
const shownBefore = 12;
const shownAfter = 4;

interface Line {
  readonly step: Step;
  readonly place: Place;
  readonly depth: number;
}

/** The scenario's steps, each marked as passed, failed or not reached. */
export function stepLines(scenario: Scenario, problem: Problem | undefined): readonly string[] {
  const lines = [...flat(scenario.dialogue, 0), ...flat(scenario.after, 0)];
  const at = problem === undefined ? -1 : indexOf(lines, problem);
  if (at === -1) return [];
  const first = Math.max(0, at - shownBefore);
  const last = Math.min(lines.length, at + 1 + shownAfter);
  const shown = lines
    .slice(first, last)
    .map(({ step, depth }, index) => `  ${markOf(first + index, at, lines)} ${'  '.repeat(depth)}${labelOf(step)}`);
  return [
    'steps',
    ...(first > 0 ? [`  … ${first} before`] : []),
    ...shown,
    ...(last < lines.length ? [`  … ${lines.length - last} more`] : []),
  ];
}

function flat(steps: readonly Step[], depth: number): readonly Line[] {
  return steps.flatMap((step) => [{ step, place: placeOf(step.span), depth }, ...flat(dialogueOf(step), depth + 1)]);
}

function labelOf({ on, label }: Step): string {
  return visible(on === '' ? label : `[${on}] ${label}`);
}

/** A step that contains the failed one has failed, too. */
function markOf(index: number, failed: number, lines: readonly Line[]): string {
  if (index > failed) return '-';
  if (index === failed) return '✖';
  const depth = lines[index]?.depth ?? 0;
  const around = lines.slice(index + 1, failed + 1).every((line) => line.depth > depth);
  return around ? '✖' : '✔';
}

/** The innermost step that contains the problem. -1 if a fragment is used twice, so that it could be either. */
function indexOf(lines: readonly Line[], { place, cause }: Problem): number {
  for (const each of [place, ...(cause === undefined ? [] : [cause])]) {
    const found = lines.findLastIndex((line) => contains(line.place, each));
    const step = lines[found]?.place;
    if (step === undefined) continue;
    const again = lines.findIndex((line) => contains(line.place, step) && contains(step, line.place));
    return again === found ? found : -1;
  }
  return -1;
}
