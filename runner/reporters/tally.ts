import type { ScenarioResult } from '../result.ts';
import { placeText } from '../source.ts';
import { visible } from '../visible.ts';
import { problemOf, suiteWords, sumOf, troubleWords } from '../words/outcome.ts';
import { reasonWords } from '../words/problem.ts';
import { cut } from './text.ts';

/** What a summary needs of a scenario; never its transcript. */
export interface Noted {
  readonly index: number;
  /** `smtp/auth.yaml › refuses AUTH before TLS` */
  readonly name: string;
  readonly place: string;
  /** The message of the problem or warning, or the reason. */
  readonly why: string;
  readonly duration: number;
}

/** Scenarios of one kind in file order, in whatever order they ended. */
export interface Notes {
  readonly list: readonly Noted[];
  /** How many there are in addition to those in the list. */
  readonly more: number;
}

export type NoteKind = 'failed' | 'errored' | 'warning' | 'known' | 'flaky' | 'slow';

/** Outcomes that a summary counts by reason. */
export type ReasonedOutcome = 'skipped' | 'blocked' | 'not_run';

/**
 * The most that are kept of each kind: as many as a summary could show, which limits the memory for 10,000 failures.
 */
const mostKept = 20;
const mostSlow = 3;
/** The most characters of a name or reason in a summary or list: two lines of most windows. */
export const longestReason = 140;
/** Scenarios that take this long are mentioned, in milliseconds. */
const slowFrom = 2_000;

/** Collects the notes of a run as scenarios end. */
export interface Tally {
  add(result: ScenarioResult): void;
  /** The number of scenarios so far. */
  readonly count: number;
  notes(kind: NoteKind): Notes;
  /** Why scenarios were skipped, blocked or not run, with the number for each reason. */
  reasons(outcome: ReasonedOutcome): ReadonlyMap<string, number>;
}

export function tally(strict: boolean): Tally {
  const kept = new Map<NoteKind, Noted[]>();
  let count = 0;
  const reasons: Readonly<Record<ReasonedOutcome, Map<string, number>>> = {
    skipped: new Map(),
    blocked: new Map(),
    not_run: new Map(),
  };
  const counted = new Map<NoteKind, number>();
  const add = (kind: NoteKind, result: ScenarioResult, order: (a: Noted, b: Noted) => number, most: number) => {
    const list = kept.get(kind) ?? [];
    list.push(note(result));
    list.sort(order).splice(most);
    kept.set(kind, list);
    counted.set(kind, (counted.get(kind) ?? 0) + 1);
  };
  return {
    reasons: (outcome) => reasons[outcome],
    get count() {
      return count;
    },
    add(result) {
      count++;
      const kind = kindOf(result, strict);
      if (kind) add(kind, result, inFileOrder, mostKept);
      const { outcome } = result;
      if (outcome === 'skipped' || outcome === 'blocked' || outcome === 'not_run')
        countReason(reasons[outcome], cut(visible(reasonOf(result) ?? 'no reason given'), longestReason));
      if (result.duration >= slowFrom) add('slow', result, slowestFirst, mostSlow);
    },
    notes(kind) {
      const list = kept.get(kind) ?? [];
      return { list, more: (counted.get(kind) ?? 0) - list.length };
    },
  };
}

function countReason(counts: Map<string, number>, reason: string): void {
  const key = counts.size < mostKept || counts.has(reason) ? reason : 'other reasons';
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function kindOf(result: ScenarioResult, strict: boolean): NoteKind | undefined {
  const { outcome } = result;
  const sum = sumOf(outcome, strict);
  if (sum === 'failed' || sum === 'errored') return sum;
  if (outcome === 'known' || outcome === 'flaky') return outcome;
  // Scenarios with a problem are shown with the causes.
  return result.problem === undefined && result.warnings.length > 0 ? 'warning' : undefined;
}

function note(result: ScenarioResult): Noted {
  const { scenario } = result;
  const problem = problemOf(result);
  return {
    index: scenario.index,
    name: cut(visible(`${suiteWords(scenario.suite)} › ${scenario.name}`), longestReason),
    place: visible(
      placeText(problem?.mismatches[0]?.place ?? problem?.place ?? result.warnings[0]?.place ?? scenario.place),
    ),
    why: cut(
      visible((result.outcome === 'known' ? undefined : troubleWords(result)) ?? reasonOf(result) ?? ''),
      longestReason,
    ),
    duration: result.duration,
  };
}

function reasonOf({ reason }: ScenarioResult): string | undefined {
  return reason === undefined ? undefined : reasonWords(reason);
}

function inFileOrder(a: Noted, b: Noted): number {
  return a.index - b.index;
}

function slowestFirst(a: Noted, b: Noted): number {
  return b.duration - a.duration || a.index - b.index;
}
