import { resolve } from 'node:path';
import type { Scenario } from '../plan.ts';
import { failureText } from '../reporters/failure.ts';
import type { ScenarioResult } from '../result.ts';
import { visible } from '../visible.ts';
import { problemOf, remark, sumOf } from '../words/outcome.ts';
import { textError } from './errors.ts';
import { stepLines } from './steps.ts';

export interface ConcludeOptions {
  /** The result's scenario. */
  readonly scenario: Scenario;
  readonly strict: boolean;
  /** The command that runs a scenario again, up to the scenario's place. */
  readonly rerun: string;
  readonly redact: (text: string) => string;
  /** The folder that shown paths are relative to. */
  readonly cwd: string;
}

/** Ends the mocha test for a result: it passes, is pending with the reason in its title, or throws the failure. */
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
      // Mocha has no outcome for a pass with a warning.
      if (result.outcome === 'warning' || result.outcome === 'flaky')
        process.stderr.write(`${messageOf(result, options)}\n`);
      else if (result.warnings.length > 0) process.stderr.write(`${failureText(result, options)}\n`);
  }
}

/** Shows the time that the scenario took; it may have ended before mocha came to its test. */
function showDuration(test: Mocha.Runnable, milliseconds: number): void {
  Object.defineProperty(test, 'duration', {
    configurable: true,
    get: () => Math.round(milliseconds),
    set: () => undefined,
  });
}

/** An error whose message is the same as in every report, and whose stack is the place in the scenario file. */
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
