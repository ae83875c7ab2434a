import { many } from '../phrase.ts';
import { inert } from '../printing/inert.ts';
import type { Outcome, Problem, ScenarioResult } from '../result.ts';
import type { Reporter } from '../run-event.ts';
import type { Place } from '../source.ts';
import { visible } from '../visible.ts';
import { actualWords } from '../words/actual.ts';
import { expectedWords } from '../words/expected.ts';
import { problemOf, remark } from '../words/outcome.ts';
import { problemWords, reasonWords, warningWords } from '../words/problem.ts';
import { failureText, telling } from './failure.ts';
import { jsonLine, milliseconds } from './json-text.ts';
import type { ReporterOptions } from './reporter.ts';
import { unlessPassed } from './transcripts.ts';

/**
 * TAP version 14 (testanything.org), which readers of version 13 accept as well: a test point for each scenario in file
 * order, with a YAML block if there is more to say. What must not fail the run (a known issue, a `should`) is `not ok`
 * with TODO, which harnesses do not count as a failure.
 */
export function create(options: ReporterOptions): Reporter {
  const { output } = options;
  let number = 0;
  return {
    name: 'tap',
    order: 'file',
    transcripts: unlessPassed,
    report(event) {
      switch (event.type) {
        case 'start':
          return output.write(
            `TAP version 14\n1..${event.total}${event.total === 0 ? ' # SKIP nothing to run' : ''}\n`,
          );
        case 'begin':
        case 'slowed':
          return;
        case 'scenario':
          return output.write(inert(point(event.result, ++number, options)));
        case 'end': {
          const { interrupted, counts, total } = event.summary;
          return interrupted
            ? output.write(`Bail out! Interrupted: ${counts.not_run} of ${many(total, 'scenario')} did not run\n`)
            : undefined;
        }
      }
    },
  };
}

const notOk: ReadonlySet<Outcome> = new Set(['failed', 'errored', 'blocked', 'warning', 'known']);

function point(result: ScenarioResult, number: number, options: ReporterOptions): string {
  const { scenario } = result;
  const isOk = !notOk.has(result.outcome);
  const directive = directiveOf(result, options.strict);
  const name = escaped(`${scenario.suite.file} › ${scenario.name}`);
  return `${isOk ? 'ok' : 'not ok'} ${number} - ${name}${directive === '' ? '' : ` # ${directive}`}\n${diagnostics(result, isOk, options)}`;
}

function directiveOf(result: ScenarioResult, strict: boolean): string {
  switch (result.outcome) {
    case 'skipped':
    case 'not_run':
      return `SKIP ${visible(result.reason === undefined ? remark(result) : reasonWords(result.reason))}`;
    case 'known':
      return `TODO ${visible(remark(result))}`;
    case 'warning':
      return strict ? '' : 'TODO warning: only a "should"';
    default:
      return '';
  }
}

/** `#` would begin a directive; `\` escapes it. */
function escaped(text: string): string {
  return visible(text).replace(/[\\#]/g, '\\$&');
}

/** The YAML block: scalars as in JSON, the message as a block scalar. */
function diagnostics(result: ScenarioResult, isOk: boolean, options: ReporterOptions): string {
  const problem = problemOf(result);
  const isBlocked = result.outcome === 'blocked';
  if (!problem && !isBlocked && result.warnings.length === 0) return '';
  const lines = [
    ...(problem ? problemLines(problem) : []),
    ...(isBlocked ? [`message: ${jsonLine(visible(remark(result)))}`, 'severity: error'] : []),
    ...(result.warnings.length > 0
      ? ['warnings:', ...result.warnings.map((each) => `  - ${jsonLine(visible(warningWords(each)))}`)]
      : []),
    `duration_ms: ${milliseconds(result.duration)}`,
    ...(problem && !isOk
      ? [
          'failure: |-',
          ...failureText(result, telling(options))
            .split('\n')
            .map((line) => (line === '' ? '' : `  ${line}`)),
        ]
      : []),
  ];
  return ['  ---', ...lines.map((line) => (line === '' ? '' : `  ${line}`)), '  ...', ''].join('\n');
}

function problemLines(problem: Problem): string[] {
  const [first] = problem.mismatches;
  return [
    `message: ${jsonLine(visible(problemWords(problem)))}`,
    `severity: ${problem.verdict === 'failed' ? 'fail' : 'error'}`,
    `code: ${problem.code}`,
    ...placeLines(first?.place ?? problem.place),
    ...(first
      ? [
          `wanted: ${jsonLine(visible(expectedWords(first.expected)))}`,
          `found: ${jsonLine(visible(actualWords(first)))}`,
        ]
      : []),
  ];
}

function placeLines({ file, line, column }: Place): string[] {
  return ['at:', `  file: ${jsonLine(visible(file))}`, `  line: ${line}`, `  column: ${column}`];
}
