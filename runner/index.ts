import { defaultParallel, run as play } from './engine/run.ts';
import type { Plan } from './plan.ts';
import { createRedactor } from './printing/redact.ts';
import { type Checked, check as checkProject } from './project/check.ts';
import { type Loaded, load as loadProject } from './project/load.ts';
import type { LoadOptions, LoadTarget } from './project/options.ts';
import {
  type JunitDialect,
  type OpenOptions,
  type OpenReporters,
  openReporters as open,
  parseReporter,
} from './reporters/index.ts';
import type { RunEvent, Summary, Transcripts } from './run-event.ts';
import { type RunningServices, startServices as start } from './services/services.ts';

export { type Diagnostic, type DiagnosticCode, DiagnosticError, diagnosticTitles } from './diagnostic.ts';
export { renderDiagnostic } from './diagnostic-text.ts';

export type { Action, Headline } from './headline.ts';
export type { Actual, Expected, Mismatch } from './mismatch.ts';
export type { KnownIssue, Plan, Scenario, Secret, Suite, Target } from './plan.ts';
export type { Checked } from './project/check.ts';
export type { Loaded } from './project/load.ts';
export type { LoadOptions, LoadTarget } from './project/options.ts';
export type { ShardRequest } from './project/shard-request.ts';
export { failureText } from './reporters/failure.ts';
export type { JunitDialect, OpenReporters } from './reporters/index.ts';
export type {
  LogLine,
  Note,
  Outcome,
  Problem,
  ProblemCode,
  Reason,
  ScenarioFacts,
  ScenarioResult,
  TranscriptLine,
  Warning,
} from './result.ts';
export type { RunEvent, Summary, Transcripts } from './run-event.ts';
export type { Config, ConfigDocument, ScenarioDocument } from './scenario/plan.ts';
export type { ServerOptions } from './server-options.ts';
export { type RunningServices, ServiceError } from './services/services.ts';
export { type Place, type Position, placeOf, placeText, type SourceFile, type Span } from './source.ts';
export type { Step } from './steps.ts';
export { actualWords } from './words/actual.ts';
export { expectedWords } from './words/expected.ts';
export { lineWords, problemWords, reasonWords, warningWords } from './words/problem.ts';

/**
 * Reads the configuration and scenario files and makes a plan of them, exactly as `mailspec run` does. Opens no connection
 * and starts nothing.
 *
 *     const { plan } = await load(['smtp.yaml'], { servers: { mx: 'smtp://127.0.0.1:2525' } });
 *
 * @param targets files, folders, globs, `FILE:LINE`, scenario ids and shipped packs (`mailspec:recipes`); or the texts of
 * scenario files. Default: what the configuration lists under `scenarios`.
 * @throws DiagnosticError with every error of all files; or with one of the code `argument.invalid` for an option or a
 * target that cannot be used
 */
export function load(targets: readonly LoadTarget[] = [], options: LoadOptions = {}): Promise<Loaded> {
  return loadProject({ ...options, targets });
}

/**
 * Finds every error and warning in the configuration and in scenario files, as `mailspec validate` does. Options that
 * select scenarios have no effect: files are checked as a whole.
 *
 *     const { diagnostics } = await check(['scenarios/']);
 *     for (const diagnostic of diagnostics) console.error(renderDiagnostic(diagnostic));
 *
 * @throws DiagnosticError for an option or a target that cannot be used, and for a configuration that cannot be read
 */
export function check(targets: readonly LoadTarget[] = [], options: LoadOptions = {}): Promise<Checked> {
  return checkProject({ ...options, targets });
}

/** How a plan is run. */
export interface RunOptions {
  /** The number of scenarios that run at a time. Default: 8, since they mostly wait for the server. */
  readonly parallel?: number | undefined;
  /** Start no further scenario once this many have failed or errored. Default: never. */
  readonly bail?: number | undefined;
  /** Count warnings and skipped scenarios as failures in the exit status. Default: no. */
  readonly strict?: boolean | undefined;
  /**
   * Skips that `strict` permits: names under `requires`, texts of `skip`, and scenario ids; `*` matches any characters.
   */
  readonly allowSkips?: readonly string[] | undefined;
  /** The run ends with status 1 if fewer scenarios passed. Default: any number. */
  readonly requirePassed?: number | undefined;
  /**
   * Which results get a transcript, by outcome. Default: all. `(outcome) => outcome !== 'passed'` saves time in a large run
   * if you only look at failures; with `openReporters`, pass the reporters' own `transcripts`.
   */
  readonly transcripts?: Transcripts | undefined;
  /** Ends the run at once when it aborts: connections are closed, and unfinished scenarios count as not run. */
  readonly signal?: AbortSignal | undefined;
  /** Receives every event as it happens. The next event waits for the promise that it returns. */
  readonly onEvent?: ((event: RunEvent) => void | Promise<void>) | undefined;
}

/**
 * Runs a plan and returns its summary. A server that misbehaves is a result, not an exception: the promise rejects only if
 * `onEvent` throws. The configuration's services are not started; `startServices` does that.
 *
 *     const summary = await run(plan, {
 *       onEvent(event) {
 *         if (event.type === 'scenario') console.log(event.result.scenario.name, event.result.outcome);
 *       },
 *     });
 */
export function run(plan: Plan, options: RunOptions = {}): Promise<Summary> {
  const { parallel = defaultParallel, strict = false, signal = new AbortController().signal } = options;
  const { allowSkips, requirePassed, bail, transcripts, onEvent = () => {} } = options;
  return play(
    plan,
    {
      parallel,
      strict,
      signal,
      clock: () => performance.now(),
      wall: () => Date.now(),
      ...(allowSkips && { allowSkips }),
      ...(requirePassed !== undefined && { requirePassed }),
      ...(bail !== undefined && { bail }),
      ...(transcripts && { transcripts }),
    },
    onEvent,
  );
}

/**
 * Starts the configuration's services, each once the one before is ready. Stop them yourself, and pass their `variables` to
 * `loaded.replan`. When `signal` aborts, waiting ends with a `ServiceError`.
 *
 *     const services = await startServices(loaded);
 *     try {
 *       await run(loaded.replan(services.variables));
 *     } finally {
 *       await services.stop();
 *     }
 *
 * @throws ServiceError if a service does not start or is not ready in time; those that were started before it are stopped
 */
export function startServices(
  { config, root, plan }: Loaded,
  { signal = new AbortController().signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<RunningServices> {
  const { redact } = createRedactor(plan.secrets);
  return start(config.services, { cwd: root, env: config.env, inherit: config.allow.environment, signal, redact });
}

/** Where reports are written, and how. */
export interface ReportOptions {
  /** For `spec` and `dot`, and for reports whose file is `-`. Default: the process's. */
  readonly stdout?: OpenOptions['stdout'];
  /** For `spec` and `dot` if another report has standard output, and for reporters that fail. Default: the process's. */
  readonly stderr?: OpenOptions['stderr'];
  /** The environment variables that decide on colors and identify the CI server. Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Report warnings as failures, as `run` counts them. Default: no. */
  readonly strict?: boolean;
  /** The folder that paths of report files and scenario files are relative to. Default: the working directory. */
  readonly cwd?: string;
  /** The command line that runs a scenario again, without the scenario's place. Default: `mailspec run`. */
  readonly rerun?: string;
  /** `xunit10` leaves out what the schema of Jenkins' xUnit plugin rejects. Default: `common`. */
  readonly junitDialect?: JunitDialect;
  /** A folder for files with the whole dialogue of each scenario that did not pass. Default: none are written. */
  readonly attachments?: string;
}

/**
 * Opens reporters by the names that `--reporter` accepts: `spec`, `junit=report.xml`, `json=-`. Files are opened at
 * once, so an unwritable path is reported before the run. Always call `close` at the end: it discards the reports of a
 * run that did not finish. A reporter that fails later is in `failures`, and the others go on.
 *
 *     const reporters = await openReporters(['spec', 'junit=report.xml']);
 *     try {
 *       await run(plan, { onEvent: reporters.report, transcripts: reporters.transcripts });
 *     } finally {
 *       await reporters.close();
 *     }
 *
 * @throws DiagnosticError for an unknown name, a file that cannot be written, or two reports for one place
 */
export async function openReporters(names: readonly string[], options: ReportOptions = {}): Promise<OpenReporters> {
  const { stdout = process.stdout, stderr = process.stderr, env = process.env, strict = false, ...rest } = options;
  const { cwd = process.cwd() } = options;
  return open(names.map(parseReporter), { ...rest, stdout, stderr, environment: env, strict, cwd });
}
