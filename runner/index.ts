import { defaultParallel, run as play } from './engine/run.ts';
import type { Plan } from './plan.ts';
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
import type { RunEvent, Summary, Transcripts } from './result.ts';
import { type RunningServices, startServices as start } from './services/services.ts';

export { type Diagnostic, type DiagnosticCode, DiagnosticError, diagnosticTitles } from './diagnostic.ts';
export { renderDiagnostic } from './diagnostic-text.ts';

export type { Action, Headline } from './headline.ts';
export type { Actual, Expected, Mismatch } from './mismatch.ts';
export type { KnownIssue, Plan, Scenario, Secret, ServerOptions, Suite, Target } from './plan.ts';
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
  RunEvent,
  ScenarioFacts,
  ScenarioResult,
  Summary,
  TranscriptLine,
  Transcripts,
  Warning,
} from './result.ts';
export type { Config, ConfigDocument, ScenarioDocument } from './scenario/plan.ts';
export { type RunningServices, ServiceError } from './services/services.ts';
export { type Place, type Position, placeOf, placeText, type SourceFile, type Span } from './source.ts';
export type { Step } from './steps.ts';
export { actualWords } from './words/actual.ts';
export { expectedWords } from './words/expected.ts';
export { lineWords, problemWords, reasonWords, warningWords } from './words/problem.ts';

/**
 * Scenario files to a plan, exactly as `mailspec run` reads them. Opens no connection and starts nothing.
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
 * Everything that is wrong in the configuration and in scenario files, as `mailspec validate` finds it. The options that
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

export interface RunOptions {
  /** Scenarios at a time. Default: 8; mostly they wait for the server. */
  readonly parallel?: number;
  /** Stop after this many scenarios that failed or errored. Default: never. */
  readonly bail?: number;
  /** Warnings fail, and scenarios that were skipped. Default: no. */
  readonly strict?: boolean;
  /** What `strict` allows to be skipped: names under `requires`, texts of `skip`, ids; `*` stands for anything. */
  readonly allowSkips?: readonly string[];
  /** The run ends with status 1 where fewer scenarios passed. Default: any number. */
  readonly requirePassed?: number;
  /**
   * Of which scenarios results have their transcript, by how they ended. Default: of all. In a large run of which you only
   * look at failures, `(outcome) => outcome !== 'passed'` saves time; with `openReporters` it is theirs that decides.
   */
  readonly transcripts?: Transcripts;
  /** Ends the run at once: connections are closed, and what was under way counts as not run. */
  readonly signal?: AbortSignal;
  /** Told what happens as it does, results included; the next event waits for the promise. */
  readonly onEvent?: (event: RunEvent) => void | Promise<void>;
}

/**
 * Plays a plan. What a server does wrong is a result and no error: this rejects only with what `onEvent` throws.
 * Services of the configuration are not started: `startServices` does that.
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
 * Starts the services of the configuration, each ready before the next, and leaves stopping them to you. Their
 * `variables` go into `loaded.replan`.
 *
 *     const services = await startServices(loaded);
 *     try {
 *       await run(loaded.replan(services.variables));
 *     } finally {
 *       await services.stop();
 *     }
 *
 * @throws ServiceError for a service that does not start or is not ready in time; those started before it are stopped
 */
export function startServices(
  { config, root }: Loaded,
  { signal = new AbortController().signal }: { readonly signal?: AbortSignal } = {},
): Promise<RunningServices> {
  return start(config.services, { cwd: root, env: config.env, signal });
}

/** How reports are written. */
export interface ReportOptions {
  /** Where reporters for people write, and others that are asked to (`json=-`). Default: the process's. */
  readonly stdout?: OpenOptions['stdout'];
  /** Default: the process's. */
  readonly stderr?: OpenOptions['stderr'];
  /** Says whether colours are wanted, and which CI server this is. Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Warnings are failures, as in `run`. Default: no. */
  readonly strict?: boolean;
  /** The folder that the paths of scenario files start from, which CI servers are told. Default: the working directory. */
  readonly cwd?: string;
  /** What runs a scenario again, ahead of its place. Default: `mailspec run`. */
  readonly rerun?: string;
  readonly junitDialect?: JunitDialect;
  /** A folder for files with the whole dialogue of each scenario that did not pass. Default: none are written. */
  readonly attachments?: string;
}

/**
 * Opens reporters by the names that `--reporter` takes: `spec`, `junit=report.xml`, `json=-`. Files are opened at once, so
 * that a report that cannot be written is known before the run. Call `close` afterwards, whatever happened: it discards
 * reports of a run without an end.
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
