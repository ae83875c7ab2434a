import { ArgumentError, type Diagnostic } from '../diagnostic.ts';
import type { Plan } from '../plan.ts';
import type { Config } from '../scenario/plan.ts';
import { type Built, build, type Purpose, selected } from './build.ts';
import type { ProjectOptions } from './options.ts';
import { readProject } from './read.ts';
import { takeShard } from './shard.ts';
import { resolveShard, type ShardRequest } from './shard-request.ts';
import { unmatched } from './unmatched.ts';
import { unreadNames } from './unread-names.ts';
import { unreadableLogs } from './unreadable-logs.ts';
import { environment, newRunId, today } from './world.ts';

/** What `load` returns: a plan that is ready to run, and its configuration. */
export interface Loaded {
  /** The selected scenarios, with everything resolved that can be known before the run. */
  readonly plan: Plan;
  /** The configuration, with the profile applied; an empty one if no file was found. */
  readonly config: Config;
  /** What is worth fixing but does not stop a run; every error was thrown. */
  readonly warnings: readonly Diagnostic[];
  /** The absolute path of the project's folder: the configuration file's, else `cwd`. */
  readonly root: string;
  /**
   * Makes the same plan with the variables that the services printed (`startServices`), without reading any file again.
   * Throws a `DiagnosticError` if a value cannot be used.
   */
  replan(provided: ReadonlyMap<string, string>): Plan;
}

/**
 * Makes a plan: finds the configuration and the scenario files, reads and checks them, and selects scenarios. Opens no
 * connection and starts nothing. Throws a `DiagnosticError` with every error of all files.
 */
export async function load(options: ProjectOptions = {}, purpose: Purpose = 'run'): Promise<Loaded> {
  const shard = shardOf(options);
  const project = await readProject(options);
  const run = { runId: newRunId(), today: today() };
  const first = build(project, { ...run, overrides: project.overrides });
  const whole = (options.targets ?? []).length === 0 && options.rerunFailed !== true;
  const unread = [
    ...(await unmatched(project, first.plan, whole, options.allowSkips)),
    ...(await unreadNames(project, whole)),
  ];
  const logs = purpose === 'run' ? await unreadableLogs(project.config) : [];
  const warned = { ...project, diagnostics: [...project.diagnostics, ...unread, ...logs] };
  const chosen = (built: Built) => {
    const { plan, diagnostics } = selected(warned, built, purpose);
    const part = shard && takeShard(plan.scenarios, shard, options.durations ?? new Map());
    return { plan: { ...plan, ...part }, warnings: diagnostics };
  };
  return {
    ...chosen(first),
    config: project.config,
    root: project.config.folder,
    // Refers to no plan, so that scenarios that were not selected are not kept during the run.
    replan: (provided) => chosen(build(project, { ...run, overrides: { ...project.overrides, provided } })).plan,
  };
}

function shardOf({ shard, durations, env = environment() }: ProjectOptions): ShardRequest | undefined {
  if (shard !== undefined) return resolveShard(shard, env);
  if (durations !== undefined) throw new ArgumentError('Cannot use "--shard-durations" without "--shard"');
  return undefined;
}
