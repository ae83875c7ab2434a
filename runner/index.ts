import { readFile } from 'node:fs/promises';
import { ArgumentError } from './commands/arguments.ts';
import { newRunId, today } from './commands/load.ts';
import { resolveTargets } from './commands/targets.ts';
import { type Diagnostic, DiagnosticError } from './diagnostic.ts';
import { run as play } from './engine/run.ts';
import type { Plan } from './plan.ts';
import type { RunEvent, Summary } from './result.ts';
import { type Config, loadConfig, plan, select, shownPath } from './scenario/plan.ts';
import type { SourceFile } from './source.ts';

export { type Diagnostic, type DiagnosticCode, DiagnosticError, diagnosticTitles } from './diagnostic.ts';
export { renderDiagnostic } from './diagnostic-text.ts';
export type { KnownIssue, Plan, Scenario, Secret, ServerOptions, Suite, Target } from './plan.ts';
export {
  type OpenOptions,
  type OpenReporters,
  openReporters,
  parseReporter,
  type ReporterName,
  type ReporterRequest,
  reporters,
} from './reporters/index.ts';
export type {
  LogLine,
  Mismatch,
  Outcome,
  Problem,
  ProblemCode,
  Reporter,
  RunEvent,
  ScenarioResult,
  Summary,
  TranscriptLine,
  Warning,
} from './result.ts';
export {
  type Config,
  type ConfigDocument,
  type ConfigRequest,
  loadConfig,
  type Overrides,
  type PlanRequest,
  plan,
  type ScenarioDocument,
  type Selection,
  select,
} from './scenario/plan.ts';
export { type RunningServices, type Service, ServiceError, startServices } from './services/services.ts';
export { type Position, placeOf, positionAt, type SourceFile, type Span } from './source.ts';
export type { Step } from './steps.ts';

/** What `mailspec run` takes as options; everything may be left out. */
export interface LoadOptions {
  /** Where relative paths start, and where the configuration is looked for. Default: the process's. */
  readonly cwd?: string;
  /** The configuration file. Default: `mailspec.yaml` in `cwd` or above, none where there is none. */
  readonly config?: string;
  readonly profile?: string;
  /** What `from_env` in the configuration reads. Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** URLs by name, over the configuration's. */
  readonly servers?: Readonly<Record<string, string>>;
  /** Over the configuration's and the files'. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Milliseconds a reply may take. */
  readonly timeout?: number;
  readonly retries?: number;
  /** `smtp and not slow` */
  readonly tags?: string;
  /** In the name or the id, whatever the letters' case. */
  readonly grep?: string;
  /** What the configuration's services have given (`startServices`). */
  readonly provided?: ReadonlyMap<string, string>;
}

/** What is ready to be played. */
export interface Loaded {
  readonly plan: Plan;
  readonly config: Config;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Scenario files to a plan, as `mailspec run` reads them: files, folders, globs, `FILE:LINE`, ids and shipped packs
 * (`mailspec:recipes`); what the configuration lists where none is named. Nothing is connected to.
 *
 *     const { plan } = await load(['smtp.yaml'], { servers: { mx: 'smtp://127.0.0.1:2525' } });
 *
 * @throws DiagnosticError with every mistake in all of them
 */
export async function load(targets: readonly string[] = [], options: LoadOptions = {}): Promise<Loaded> {
  const { cwd = process.cwd(), env = process.env, profile, tags, grep, timeout, retries, provided } = options;
  const { config, diagnostics } = await loadConfig({ cwd, env, file: options.config, profile });
  const { files, lines, ids, whole } = await resolved(targets, cwd, config);
  const sources = await Promise.all(
    files.map(
      async (path): Promise<SourceFile> => ({ path: shownPath(path, cwd), text: await readFile(path, 'utf8') }),
    ),
  );
  const planned = plan({
    files: sources,
    config,
    cwd,
    overrides: {
      servers: new Map(Object.entries(options.servers ?? {})),
      variables: new Map(Object.entries(options.variables ?? {})),
      timeout,
      retries,
      ...(provided !== undefined && { provided }),
    },
    runId: newRunId(),
    today: today(),
  });
  const found = [...diagnostics, ...planned.diagnostics];
  if (found.some(({ severity }) => severity !== 'warning')) throw new DiagnosticError(found);
  const named = lines.length > 0 || ids.length > 0;
  const places = [...lines, ...[...whole].map((file) => ({ file }))];
  const selected = select(planned.plan.scenarios, { tags, grep, ...(named && { ids, places }) }, cwd);
  if (selected.diagnostics.length > 0) throw new DiagnosticError([...found, ...selected.diagnostics]);
  return { plan: { ...planned.plan, scenarios: selected.scenarios }, config, warnings: found };
}

async function resolved(targets: readonly string[], cwd: string, config: Config) {
  try {
    return await resolveTargets(targets, { cwd, root: config.folder, listed: config.scenarios });
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    const { message, hint } = error;
    throw new DiagnosticError([{ code: 'argument.invalid', message, ...(hint !== undefined && { hint }) }]);
  }
}

export interface RunOptions {
  /** Scenarios at a time. Default: 8; mostly they wait for the server. */
  readonly parallel?: number;
  /** Stop after this many scenarios that failed or errored. Default: never. */
  readonly bail?: number;
  /** Warnings fail. Default: no. */
  readonly strict?: boolean;
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
  const { parallel = 8, bail, strict = false, signal = new AbortController().signal, onEvent = () => {} } = options;
  return play(
    plan,
    {
      parallel,
      strict,
      signal,
      clock: () => performance.now(),
      wall: () => Date.now(),
      today: today(),
      ...(bail !== undefined && { bail }),
    },
    onEvent,
  );
}
