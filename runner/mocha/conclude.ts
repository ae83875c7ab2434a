import { resolve } from 'node:path';
import type { Scenario } from '../plan.ts';
import { failureText } from '../reporters/failure.ts';
import type { ScenarioResult } from '../result.ts';
import { visible } from '../visible.ts';
import { problemOf, remark, sumOf } from '../words/outcome.ts';
import { textError } from './errors.ts';
import { stepLines } from './steps.ts';

export interface ConcludeOptions {
  /** The result's. */
  readonly scenario: Scenario;
  readonly strict: boolean;
  /** What runs a scenario again, ahead of its place. */
  readonly rerun: string;
  readonly redact: (text: string) => string;
  /** Where the paths of files as shown start. */
  readonly cwd: string;
}

/** A result to what mocha knows of a test: it passes, is pending with the reason in its title, or throws its failure. */
export function conclude(result: ScenarioResult, context: Mocha.Context, options: ConcludeOptions): void {
  const { test } = context;
  if (test !== undefined) showDuration(test, result.duration);
  switch (sumOf(result.outcome, options.strict)) {
    case 'failed':
    case 'errored':
    case 'blocked':
      throw failureOf(result, options);
    case 'skipped':
      if (test !== undefined) test.title = `${result.scenario.name} (${visible(remark(result))})`;
      context.skip();
      return;
    case 'passed':
      // Mocha has no word for a pass with a warning.
      if (result.outcome === 'warning' || result.outcome === 'flaky')
        process.stderr.write(`${messageOf(result, options)}\n`);
      else if (result.warnings.length > 0) process.stderr.write(`${failureText(result, options)}\n`);
  }
}

/** The time that the scenario took, which was perhaps over when mocha came to its test. */
function showDuration(test: Mocha.Runnable, milliseconds: number): void {
  Object.defineProperty(test, 'duration', {
    configurable: true,
    get: () => Math.round(milliseconds),
    set: () => undefined,
  });
}

/** Its message is what every report says of the scenario, its stack the place in the scenario file. */
function failureOf(result: ScenarioResult, options: ConcludeOptions): Error {
  const { file, line, column } = result.problem?.mismatches[0]?.place ?? result.problem?.place ?? result.scenario.place;
  return textError(
    messageOf(result, options),
    `${result.scenario.id} (${resolve(options.cwd, file)}:${line}:${column})`,
  );
}

function messageOf(result: ScenarioResult, options: ConcludeOptions): string {
  const steps = stepLines(options.scenario, problemOf(result)).map((line) => `  ${options.redact(line)}`);
  return [failureText(result, options), ...steps].join('\n');
}
