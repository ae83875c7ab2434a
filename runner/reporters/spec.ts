import { collectCauses } from '../causes/collect.ts';
import { measured } from '../duration.ts';
import { inert } from '../printing/inert.ts';
import type { ScenarioResult } from '../result.ts';
import type { Reporter } from '../run-event.ts';
import { placeText } from '../source.ts';
import { visible } from '../visible.ts';
import { outcomes, remark, slowedWords, suiteWords, sumOf, troubleWords } from '../words/outcome.ts';
import { warningWords } from '../words/problem.ts';
import type { Paint } from './colour.ts';
import { coloured, plain } from './colour.ts';
import { dialogueText, failureText } from './failure.ts';
import { progress } from './progress.ts';
import type { ReporterOptions } from './reporter.ts';
import { summaryText } from './summary.ts';
import { longestReason, tally } from './tally.ts';
import { cut } from './text.ts';
import { all, unlessPassed } from './transcripts.ts';

/** The lines that readers look through to find a failure again. */
const near = 400;

/**
 * For people. On a terminal: the progress, and failures as they occur. Elsewhere (or with `list`): every suite with its
 * scenarios in file order, and each failure after its scenario. Then the summary.
 */
export function create(options: ReporterOptions): Reporter {
  const { output, strict } = options;
  const list = options.list ?? !output.isTTY;
  const paint = options.colour ? coloured : plain;
  const line = progress(
    list ? { write: (text) => output.write(text), isTTY: false, columns: 0 } : output,
    options.clock,
  );
  const noted = tally(strict);
  const causes = collectCauses();
  const isVerbose = options.verbosity === 'verbose';
  /** The numbers of scenarios whose failures were printed in full. */
  const printed = new Set<number>();
  /** The number of lines since the first of them. */
  let height = 0;
  let suite: string | undefined;
  /** Why the previous scenario was blocked: printed once for consecutive ones. */
  let blockedBy: string | undefined;
  /** Whether the last line was empty. */
  let spaced = true;
  const lines = listing(paint);

  const scenario = (result: ScenarioResult): string => {
    if (options.verbosity === 'quiet') return '';
    if (!list && !isVerbose) return '';
    const shown = textOf(result);
    if (!list) return `${shown}\n\n`;
    // After --bail there may be thousands; the summary has the reason.
    if (result.outcome === 'not_run') return '';
    const isNew = suite !== result.scenario.suite.file;
    const why = result.outcome === 'blocked' ? remark(result) : undefined;
    const cause = why === undefined || (why === blockedBy && !isNew) ? '' : lines.blocked(why);
    blockedBy = why;
    const heading = `${isNew ? lines.suite(result) : ''}${cause}`;
    const between = isNew && suite !== undefined && !spaced ? '\n' : '';
    suite = result.scenario.suite.file;
    spaced = shown !== '';
    return `${between}${inert(`${heading}${lines.scenario(result)}`)}${spaced ? `\n${indent(shown)}\n\n` : ''}`;
  };
  /** The whole failure, if there are few; with `--verbose` every dialogue. */
  const textOf = (result: ScenarioResult): string => {
    if (showsFailure(result)) {
      if (!isVerbose && printed.size === mostInFull) return inert(troubleLine(result));
      printed.add(result.scenario.index);
      return failureText(result, options);
    }
    return isVerbose && hasRun(result) ? dialogueText(result, options) : '';
  };
  return {
    name: 'spec',
    order: list ? 'file' : 'as they end',
    transcripts: isVerbose ? all : unlessPassed,
    report(event) {
      switch (event.type) {
        case 'start':
          return line.start(event.total);
        case 'begin':
          return line.begin(event.scenario);
        case 'slowed':
          return options.verbosity === 'quiet'
            ? undefined
            : line.write(`${inert(paint('yellow', visible(slowedWords(event.note))))}\n`);
        case 'scenario': {
          const { result } = event;
          noted.add(result);
          causes.add(result);
          line.end(result.scenario, /failed|errored/.test(sumOf(result.outcome, strict)));
          const text = scenario(result);
          if (printed.size > 0) height += text.split('\n').length - 1;
          return text === '' ? undefined : line.write(text);
        }
        case 'end': {
          line.stop();
          const text = summaryText(event.summary, noted, {
            paint,
            strict,
            ...(options.rerunFailed !== false && { rerun: options.rerun }),
            listed: list,
            printed,
            scrolled: height > near,
            causes: causes.list(),
            failure: options,
            ...(options.verbosity === 'quiet' && { quiet: true }),
          });
          return output.write(spaced ? text : `\n${text}`);
        }
      }
    },
  };
}

/** The most failures in full in a list: nobody reads a longer log. The summary has all causes. */
const mostInFull = 20;

function troubleLine(result: ScenarioResult): string {
  return visible(troubleWords(result) ?? '');
}

function hasRun({ outcome }: ScenarioResult): boolean {
  return outcome !== 'skipped' && outcome !== 'blocked' && outcome !== 'not_run';
}

/** For a known issue, the reason is enough. */
export function showsFailure(result: ScenarioResult): boolean {
  return (
    result.outcome === 'failed' ||
    result.outcome === 'errored' ||
    (result.outcome === 'warning' && result.problem !== undefined)
  );
}

function listing(paint: Paint) {
  return {
    suite({ scenario: { suite } }: ScenarioResult): string {
      return `${paint('bold', visible(suite.title))}  ${paint('dim', visible(suiteWords(suite)))}\n`;
    },
    blocked(why: string): string {
      const { mark, style } = outcomes.blocked;
      return `  ${paint(style, mark)} ${paint(style, cut(visible(why), longestReason))}\n`;
    },
    scenario(result: ScenarioResult): string {
      const { mark, style } = outcomes[result.outcome];
      if (result.outcome === 'blocked')
        return `      ${paint('dim', cut(visible(result.scenario.name), longestReason))}\n`;
      const why = remark(result);
      const ran = hasRun(result);
      const name = `${cut(visible(result.scenario.name), longestReason)}${ran ? paint('dim', ` (${measured(result.duration)})`) : ''}`;
      const warnings = showsFailure(result)
        ? []
        : result.warnings.map(
            (each) =>
              `    ${paint('yellow', outcomes.warning.mark)} ${visible(`${warningWords(each)}${each.place ? ` (${placeText(each.place)})` : ''}`)}\n`,
          );
      return `  ${paint(style, mark)} ${name}${why === '' ? '' : paint(style, `, ${cut(visible(why), longestReason)}`)}\n${warnings.join('')}`;
    },
  };
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`.trimEnd())
    .join('\n');
}
