import type { Cause } from '../causes/cause.ts';
import { many } from '../phrase.ts';
import type { Severity } from '../remedy.ts';
import type { ScenarioResult } from '../result.ts';
import { placeText } from '../source.ts';
import { visible } from '../visible.ts';
import { causeWords, countWords, repeatsFailure } from '../words/cause.ts';
import { hintOf } from '../words/hint.ts';
import { suiteWords } from '../words/outcome.ts';
import { remedyWords } from '../words/remedy.ts';
import { shortened } from '../words/text.ts';
import { exchangeOf, logWords, meaningOf, suiteCounts } from './cause-parts.ts';
import type { Paint, Style } from './colour.ts';
import { type FailureOptions, failureText, rerunCommand, titleOf } from './failure.ts';
import { cut } from './text.ts';

/** The most causes shown with their evidence; the others get a line each, and then only their number is given. */
const mostShown = 5;
const mostLines = 5;
/** The most scenarios that are shown in full: each takes half a screen. */
const mostInFull = 2;
const longestLine = 150;
const longestLog = 180;
/** The longest title that ends with a reason, which must not be cut. */
const longestTitle = 240;

const severityStyles: Readonly<Record<Severity, readonly Style[]>> = {
  critical: ['bold', 'red'],
  high: ['red'],
  medium: ['yellow'],
  low: ['cyan'],
  info: ['dim'],
};

export interface CauseOptions extends FailureOptions {
  /** A few failures are shown in full, instead of by their causes. */
  readonly inFull: boolean;
  /**
   * The numbers of scenarios whose failures were printed in full above, so that their causes need not repeat anything.
   */
  readonly printed?: ReadonlySet<number>;
}

/** What is wrong, most severe first, and what to do, for a terminal. Each cause is followed by an empty line. */
export function causeLines(causes: readonly Cause[], options: CauseOptions, paint: Paint): readonly string[] {
  if (causes.length === 0) return [];
  const total = causes.reduce((sum, { count }) => sum + count, 0);
  if (options.inFull && total <= mostInFull) {
    return causes.flatMap(({ members }) => members.flatMap((each) => [...failureText(each, options).split('\n'), '']));
  }
  const shown = causes.slice(0, mostShown);
  const others = causes.slice(mostShown);
  return [
    ...shown.flatMap((cause, at) => [...oneCause(cause, options, at === 0, paint), '']),
    ...others.slice(0, mostLines).map((cause) => titleLine(cause, paint, options.printed)),
    ...(others.length > mostLines ? [`… and ${many(others.length - mostLines, 'more cause')}`] : []),
    ...(others.length > 0 ? [''] : []),
  ];
}

/** One line for each cause. */
export function causeTitles(causes: readonly Cause[], paint: Paint): readonly string[] {
  return causes.map((cause) => titleLine(cause, paint));
}

/** `2 critical, 1 low` */
export function severityCounts(causes: readonly Cause[]): string {
  const counts = new Map<Severity, number>();
  for (const { severity } of causes) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  return [...counts].map(([severity, count]) => `${count} ${severity}`).join(', ');
}

function titleLine(cause: Cause, paint: Paint, printed?: ReadonlySet<number>): string {
  const { severity, first } = cause;
  const { suite, name } = first.scenario;
  const words = isToldAbove(cause, printed) ? `${suiteWords(suite)} › ${name}` : causeWords(cause);
  const longest = (cause.backend ?? cause.sign ?? cause.trail?.why) ? longestTitle : longestLog;
  const label = paint([...severityStyles[severity]], severity.toUpperCase());
  return `${label}  ${paint('bold', shortened(visible(words), longest))} (${countWords(cause)})`;
}

/** The failure above says the same, and the scenario's name refers to it. */
function isToldAbove(cause: Cause, printed?: ReadonlySet<number>): boolean {
  return cause.count === 1 && printed?.has(cause.first.scenario.index) === true && repeatsFailure(cause);
}

/** @param first the others take less space, so that all fit on a screen */
function oneCause(cause: Cause, { rerun, printed }: CauseOptions, isFirst: boolean, paint: Paint): readonly string[] {
  const { first, count, log, remedies } = cause;
  const isPrinted = printed?.has(first.scenario.index) === true;
  const meaning = meaningOf(cause);
  const line = (label: string, text: string) => `  ${paint('dim', label.padEnd(7))} ${text}`;
  return [
    titleLine(cause, paint, printed),
    ...(meaning === undefined || !isFirst
      ? []
      : wrapped(visible(meaning)).map((text, row) => line(row === 0 ? 'means' : '', text))),
    ...(isToldAbove(cause, printed) ? [] : [line('shown', cut(titleOf(first), longestLine))]),
    ...(isPrinted ? [] : placeLines(first).map((each) => line('at', each))),
    ...(count > 1 ? [line('in', suiteCounts(cause))] : []),
    ...(isPrinted
      ? []
      : [
          ...exchangeOf(cause).map((each) => line('', shortened(visible(each), longestLine))),
          ...hintLines(first).map((each) => line('hint', shortened(visible(each), longestLog))),
        ]),
    ...log.slice(0, isFirst ? log.length : 1).map((each, at) => line(at === 0 ? 'log' : '', logWords(each))),
    ...remedies
      .slice(0, isFirst ? mostRemedies : 1)
      .flatMap((each, at) =>
        wrapped(visible(remedyWords(each))).map((text, row) => line(at + row === 0 ? 'fix' : '', text)),
      ),
    ...(isPrinted ? [] : [line('rerun', rerunCommand(first, rerun))]),
  ];
}

/** Hints, which a user's own scenario has instead of the remedies of shipped ones. */
function hintLines(result: ScenarioResult): readonly string[] {
  const { scenario, problem } = result;
  const hint = problem && hintOf(problem, result);
  return hint === undefined || scenario.suite.shipped ? [] : [hint];
}

/** The place in a user's own file. */
function placeLines({ scenario, problem }: ScenarioResult): readonly string[] {
  return scenario.suite.shipped || problem === undefined ? [] : [visible(placeText(problem.place))];
}

/** The most remedies, if several products belong to one group. */
const mostRemedies = 2;
/** The width of a remedy's lines. */
const remedyWidth = 110;

/** Wraps lines for a terminal, without breaking addresses. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < remedyWidth) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
