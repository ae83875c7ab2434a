import { columnsOf, fitColumns } from '../columns.ts';
import { counted, many } from '../phrase.ts';
import { inert } from '../printing/inert.ts';
import { visible } from '../visible.ts';
import { errorsIn, type LoadResult, passedIn, secondsOf, totalOf } from './result.ts';
import { columns, type Row, rowsOf } from './table.ts';
import { loadWarnings } from './warnings.ts';

/** The most scenarios whose steps are shown; the JSON and Markdown files have them all. */
const mostWithSteps = 5;
const mostErrors = 20;
const longestName = 60;

/** The requested load: `50/s for 60 s, at most 200 connections`. */
export function settingsWords({ settings }: LoadResult): string {
  const { rate, seconds, connections, processes } = settings;
  const much = rate === undefined ? 'as fast as the connections allow' : `${counted(rate)}/s`;
  return [
    `${much} for ${Number(seconds.toFixed(3))} s`,
    `at most ${many(connections, 'connection')}`,
    ...(processes > 1 ? [`${processes} processes`] : []),
  ].join(', ');
}

/** The result: `3,000 scenarios in 60.0 s: 2,998 passed (50.0/s), 2 errors`. */
export function sumWords(result: LoadResult): string {
  const [seconds, passed, total] = [secondsOf(result), passedIn(result), totalOf(result)];
  const [errors, others] = [errorsIn(result), total - passed - errorsIn(result)];
  const rate = seconds > 0 ? ` (${(passed / seconds).toFixed(1)}/s)` : '';
  return [
    `${counted(total)} ${total === 1 ? 'scenario' : 'scenarios'} in ${seconds.toFixed(1)} s: ${counted(passed)} passed${rate}`,
    errors === 0 ? 'no errors' : `${counted(errors)} ${errors === 1 ? 'error' : 'errors'}`,
    ...(others > 0 ? [`${counted(others)} skipped or with a warning`] : []),
  ].join(', ');
}

/** The report for a terminal. Ends with a line break. */
export function loadText(result: LoadResult): string {
  const { errors, scenarios } = result;
  const withSteps = scenarios.length <= mostWithSteps;
  const names = new Map(scenarios.map(({ id, name }) => [id, name]));
  const lines = [
    ...tableLines(rowsOf(result, withSteps)),
    ...(withSteps ? [] : ['', 'The times of steps are in the files that --out writes.']),
    ...(errors.length === 0 ? [] : ['', 'Errors']),
    ...errors
      .slice(0, mostErrors)
      .flatMap(({ count, scenario, message, file, line }) => [
        `  ${counted(count)} × ${names.get(scenario) ?? scenario}: ${message}`,
        `    ${file}:${line}`,
      ]),
    ...(errors.length > mostErrors
      ? [`  and ${errors.length - mostErrors} more kinds, which are in the files that --out writes`]
      : []),
    '',
    ...loadWarnings(result).map((warning) => `warning: ${warning}`),
    settingsWords(result),
    sumWords(result),
  ];
  return `${lines.map((line) => inert(visible(line))).join('\n')}\n`;
}

function tableLines(rows: readonly Row[]): readonly string[] {
  const names = rows.map(({ level, name }) => fitColumns(`${'  '.repeat(level)}${visible(name)}`, longestName));
  const title = 'latency in milliseconds';
  const wide = Math.max(...[title, ...names].map(columnsOf));
  const widths = columns.map((column, at) =>
    Math.max(...[column, ...rows.map(({ cells }) => cells[at] ?? '')].map(({ length }) => length)),
  );
  const line = (name: string, cells: readonly string[]) =>
    `${name}${' '.repeat(wide - columnsOf(name))}${cells.map((cell, at) => `  ${cell.padStart(widths[at] ?? 0)}`).join('')}`.trimEnd();
  return [line(title, columns), ...rows.map(({ cells }, at) => line(names[at] ?? '', cells))];
}
