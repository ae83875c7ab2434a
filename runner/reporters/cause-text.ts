import type { Cause } from '../causes/cause.ts';
import { many } from '../phrase.ts';
import type { Severity } from '../remedy.ts';
import type { ScenarioResult } from '../result.ts';
import { placeText } from '../source.ts';
import { visible } from '../visible.ts';
import { causeWords } from '../words/cause.ts';
import { hintOf } from '../words/hint.ts';
import { remedyWords } from '../words/remedy.ts';
import { shortened } from '../words/text.ts';
import { exchangeOf, logWords, meaningOf, suiteCounts } from './cause-parts.ts';
import type { Paint, Style } from './colour.ts';
import { type FailureOptions, failureText, rerunCommand, titleOf } from './failure.ts';
import { cut } from './text.ts';

/** Causes shown with their evidence; of more a line each, and then their number. */
const mostShown = 5;
const mostLines = 5;
/** Scenarios that are told in full, where there are no more: each takes half a screen. */
const mostInFull = 2;
const longestLine = 150;
const longestLog = 180;

const severityStyles: Readonly<Record<Severity, readonly Style[]>> = {
  critical: ['bold', 'red'],
  high: ['red'],
  medium: ['yellow'],
  low: ['cyan'],
  info: ['dim'],
};

export interface CauseOptions extends FailureOptions {
  /** Few failures are told in full, rather than by their causes. */
  readonly inFull: boolean;
}

/** What is wrong, the gravest first, with what to do: for a terminal. A line each, an empty one behind each cause. */
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
    ...others.slice(0, mostLines).map((cause) => titleLine(cause, paint)),
    ...(others.length > mostLines ? [`… and ${many(others.length - mostLines, 'more cause')}`] : []),
    ...(others.length > 0 ? [''] : []),
  ];
}

/** A line each. */
export function causeTitles(causes: readonly Cause[], paint: Paint): readonly string[] {
  return causes.map((cause) => titleLine(cause, paint));
}

/** `2 critical, 1 low` */
export function severityCounts(causes: readonly Cause[]): string {
  const counts = new Map<Severity, number>();
  for (const { severity } of causes) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  return [...counts].map(([severity, count]) => `${count} ${severity}`).join(', ');
}

function titleLine(cause: Cause, paint: Paint): string {
  const { severity, count } = cause;
  const label = paint([...severityStyles[severity]], severity.toUpperCase());
  return `${label}  ${paint('bold', shortened(visible(causeWords(cause)), longestLog))} (${many(count, 'scenario')})`;
}

/** @param first the others take less room, so that all fit on a screen */
function oneCause(cause: Cause, { rerun }: FailureOptions, isFirst: boolean, paint: Paint): readonly string[] {
  const { first, count, log, remedies } = cause;
  const hint = first.problem && hintOf(first.problem);
  const meaning = meaningOf(cause);
  const line = (label: string, text: string) => `  ${paint('dim', label.padEnd(7))} ${text}`;
  return [
    titleLine(cause, paint),
    ...(meaning === undefined || !isFirst
      ? []
      : wrapped(visible(meaning)).map((text, row) => line(row === 0 ? 'means' : '', text))),
    line('shown', cut(titleOf(first), longestLine)),
    ...placeLines(first).map((each) => line('at', each)),
    ...(count > 1 ? [line('in', suiteCounts(cause))] : []),
    ...exchangeOf(cause).map((each) => line('', shortened(visible(each), longestLine))),
    ...(hint === undefined || first.scenario.suite.shipped ? [] : [line('hint', shortened(visible(hint), longestLog))]),
    ...log.slice(0, isFirst ? log.length : 1).map((each, at) => line(at === 0 ? 'log' : '', logWords(each))),
    ...remedies
      .slice(0, isFirst ? mostRemedies : 1)
      .flatMap((each, at) =>
        wrapped(visible(remedyWords(each))).map((text, row) => line(at + row === 0 ? 'fix' : '', text)),
      ),
    line('rerun', rerunCommand(first, rerun)),
  ];
}

/** In a file of the reader's own. */
function placeLines({ scenario, problem }: ScenarioResult): readonly string[] {
  return scenario.suite.shipped || problem === undefined ? [] : [visible(placeText(problem.place))];
}

/** Of several products of one group. */
const mostRemedies = 2;
/** Columns of a remedy's lines. */
const remedyWidth = 110;

/** In lines that a terminal has room for; an address is never broken. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < remedyWidth) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
