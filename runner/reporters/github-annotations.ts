import type { Cause } from '../causes/cause.ts';
import { collectCauses } from '../causes/collect.ts';
import { inert } from '../printing/inert.ts';
import type { ScenarioResult } from '../result.ts';
import type { Place } from '../source.ts';
import { visible } from '../visible.ts';
import { hintOf } from '../words/hint.ts';
import { mismatchLines } from '../words/mismatch.ts';
import { problemOf, remark, sumOf } from '../words/outcome.ts';
import { problemWords, warningWords } from '../words/problem.ts';
import { shortened } from '../words/text.ts';
import { meaningOf, suiteCounts } from './cause-parts.ts';
import { causeByScenario, causeTitle, fixLines } from './cause-record.ts';
import { remedyLines, rerunCommand } from './failure.ts';
import type { ReporterOptions } from './reporter.ts';

/** GitHub shows 10 errors and 10 warnings for a step, and silently drops the others. */
export const mostAnnotations = 10;
/** The most annotations that are kept until their causes are known. */
const mostKept = 200;
/** GitHub cuts an annotation at 64 KB; people read less. */
const longestMessage = 4_000;

export type Kind = 'error' | 'warning';

export interface Annotation {
  readonly place: Place;
  readonly title: string;
  readonly message: string;
}

/** The annotations of one kind that are kept, and the number of all. */
export interface Kept {
  readonly list: readonly Annotation[];
  readonly count: number;
  /** The noun after a number and "more". */
  readonly of: readonly [one: string, more: string];
}

export interface Annotations {
  add(result: ScenarioResult): void;
  kept(): Readonly<Record<Kind, Kept>>;
}

interface Indexed {
  readonly index: number;
  readonly annotation: Annotation;
}

/**
 * An annotation for each scenario; if there are more errors than GitHub shows, or some scenarios were blocked, one for
 * each cause.
 */
export function annotations(options: ReporterOptions): Annotations {
  const causes = collectCauses();
  const lists: Readonly<Record<Kind, Indexed[]>> = { error: [], warning: [] };
  const warned = new Set<number>();
  const annotated = new Set<number>();
  /** The scenarios that fail the run. */
  const failing = new Set<number>();
  return {
    add(result) {
      const { index } = result.scenario;
      causes.add(result);
      if (/failed|errored|blocked/.test(sumOf(result.outcome, options.strict))) failing.add(index);
      const kind = kindOf(result, options.strict);
      if (kind === undefined) return;
      (kind === 'error' ? annotated : warned).add(index);
      if (lists[kind].length < mostKept) lists[kind].push({ index, annotation: annotationOf(result, options) });
    },
    kept() {
      const plain = (list: readonly Indexed[]) => list.map(({ annotation }) => annotation);
      if (annotated.size <= mostAnnotations && failing.size === annotated.size)
        return {
          error: {
            list: plain(lists.error),
            count: annotated.size,
            of: ['scenario did not pass', 'scenarios did not pass'],
          },
          warning: { list: plain(lists.warning), count: warned.size, of: ['warning', 'warnings'] },
        };
      const found = causes.list().filter(({ scenarios }) => scenarios.some((index) => failing.has(index)));
      const told = causeByScenario(found);
      return {
        error: {
          list: found.slice(0, mostAnnotations).map((each) => causeAnnotation(each, options)),
          count: found.length,
          of: ['cause', 'causes'],
        },
        warning: {
          list: plain(lists.warning.filter(({ index }) => !told.has(index))),
          count: [...warned].filter((index) => !told.has(index)).length,
          of: ['warning', 'warnings'],
        },
      };
    },
  };
}

function kindOf({ outcome, warnings }: ScenarioResult, strict: boolean): Kind | undefined {
  const sum = sumOf(outcome, strict);
  if (sum === 'failed' || sum === 'errored') return 'error';
  return outcome === 'warning' || outcome === 'flaky' || (outcome !== 'known' && warnings.length > 0)
    ? 'warning'
    : undefined;
}

function annotationOf(result: ScenarioResult, options: ReporterOptions): Annotation {
  const { scenario, warnings } = result;
  const problem = problemOf(result);
  const hint = problem && hintOf(problem, result);
  const [first] = problem?.mismatches ?? [];
  const told = problem
    ? [`${problemWords(problem)} (${problem.code})`, ...problem.mismatches.flatMap((each) => mismatchLines(each))]
    : [];
  const said = result.outcome === 'warning' ? '' : remark(result);
  const lines = [
    ...(said === '' ? [] : [visible(said)]),
    ...told,
    ...warnings.map((each) => visible(warningWords(each))),
    ...(hint === undefined ? [] : [visible(hint)]),
    ...(problem === undefined
      ? []
      : [`Severity: ${scenario.severity}`, ...remedyLines(result).map((each) => `Remedy: ${each}`)]),
    `Run it again: ${rerunCommand(result, options.rerun)}`,
  ];
  return {
    place: first?.place ?? problem?.place ?? warnings[0]?.place ?? scenario.place,
    title: visible(`${scenario.suite.title} › ${scenario.name}`),
    message: inert(shortened(lines.map((line) => visible(line)).join('\n'), longestMessage)),
  };
}

/** The annotation for a cause, at the place of the scenario that shows it best. */
function causeAnnotation(cause: Cause, options: ReporterOptions): Annotation {
  const { first } = cause;
  const meaning = meaningOf(cause);
  const lines = [
    causeTitle(cause),
    ...(meaning === undefined ? [] : [meaning]),
    ...fixLines(cause).map((line) => `Remedy: ${line}`),
    ...(cause.count === 1 ? [] : [`In ${suiteCounts(cause)}`]),
    `Run it again: ${rerunCommand(first, options.rerun)}`,
  ];
  return {
    place: first.problem?.mismatches[0]?.place ?? first.problem?.place ?? first.scenario.place,
    title: visible(`${first.scenario.suite.title} › ${first.scenario.name}`),
    message: inert(shortened(lines.map((line) => visible(line)).join('\n'), longestMessage)),
  };
}
