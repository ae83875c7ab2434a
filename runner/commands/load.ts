import { readFileSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { type Diagnostic, DiagnosticError } from '../diagnostic.ts';
import { parseDuration } from '../matchers/quantity.ts';
import type { Plan } from '../plan.ts';
import {
  type Config,
  type FileSystem,
  loadConfig,
  nodeFileSystem,
  type Overrides,
  plan,
  readConfig,
  type Selection,
  select,
  shownPath,
} from '../scenario/plan.ts';
import type { SourceFile, Span } from '../source.ts';
import { ArgumentError, pairs, wholeNumber } from './arguments.ts';
import type { Arguments, Terminal } from './command.ts';
import { isError } from './diagnostics.ts';
import { readDurations } from './durations.ts';
import { failedLastTime, type Unpassed } from './last-run.ts';
import { requestedShard, takeShard } from './shard.ts';
import { resolveTargets, type Targets } from './targets.ts';
import type { Noted } from './watch.ts';

/** What a command that plans works on. */
export interface Loaded {
  readonly plan: Plan;
  readonly config: Config;
  /** Warnings: with a mistake among them nothing is loaded. */
  readonly diagnostics: readonly Diagnostic[];
  /** The project's folder. */
  readonly root: string;
  /** `YYYY-MM-DD` */
  readonly today: string;
  /** The same plan, with the variables that services have given. */
  replan(provided: ReadonlyMap<string, string>): Plan;
}

/** Configuration, files and arguments to a plan. Throws a `DiagnosticError` with every mistake of all of them. */
export async function loadPlan(args: Arguments, terminal: Terminal, noted: Noted = () => {}): Promise<Loaded> {
  const requested = requestedShard(args, terminal.env);
  const durations = requested && (await readDurations(args.value('shard-durations'), terminal));
  const read = await readAll(args, terminal, noted);
  const selection = selectionOf(args, read);
  const build = (provided?: ReadonlyMap<string, string>) => {
    const built = planned(read, terminal, provided, noted);
    const known = [...read.diagnostics, ...built.diagnostics];
    if (known.some(isError)) throw new DiagnosticError(known);
    const selected = select(built.plan.scenarios, selection, terminal.cwd);
    if (selected.diagnostics.length > 0) throw new DiagnosticError([...known, ...selected.diagnostics]);
    const { scenarios } = selected;
    return {
      plan: { ...built.plan, scenarios, ...(requested && takeShard(scenarios, requested, durations ?? new Map())) },
      diagnostics: known,
    };
  };
  const built = build();
  return {
    ...built,
    config: read.config,
    root: read.config.folder,
    today: today(),
    replan: (provided) => build(provided).plan,
  };
}

/** A scenario in documentation is the same in every run. */
const documentedRun = { runId: '${run.id}', today: '0000-01-01' } as const;

/**
 * A plan to be read: the configuration's variables and secrets stay names, holes that no run fills. Those that must be
 * known to read a file (a path, a size) have their values. Throws a `DiagnosticError` as `loadPlan` does.
 */
export async function loadNamedPlan(
  args: Arguments,
  terminal: Terminal,
): Promise<Pick<Loaded, 'plan' | 'diagnostics'>> {
  const read = await readAll(args, terminal);
  const { files, overrides } = read;
  const build = (names: ReadonlySet<string>) => {
    const variables = new Map([...read.config.variables].filter(([name]) => !names.has(name)));
    const config = { ...read.config, variables, named: names };
    return plan({ files, config, cwd: terminal.cwd, overrides, ...documentedRun });
  };
  let names: ReadonlySet<string> = new Set(read.config.variables.keys());
  let built = build(names);
  while (names.size > 0 && built.diagnostics.some(isError)) {
    const needed = new Set(
      built.diagnostics.filter(isError).flatMap(({ span }) => (span === undefined ? [] : namesIn(span))),
    );
    const left = new Set([...names].filter((name) => !needed.has(name)));
    // What no name explains may be any of them.
    names = left.size === names.size ? new Set() : left;
    built = build(names);
  }
  const diagnostics = [...read.diagnostics, ...built.diagnostics];
  if (diagnostics.some(isError)) throw new DiagnosticError(diagnostics);
  const selected = select(built.plan.scenarios, selectionOf(args, read), terminal.cwd);
  if (selected.diagnostics.length > 0) throw new DiagnosticError([...diagnostics, ...selected.diagnostics]);
  return { plan: { ...built.plan, scenarios: selected.scenarios }, diagnostics };
}

/** The variables that a stretch of a file names. */
function namesIn({ file, start, end }: Span): readonly string[] {
  return [...file.text.slice(start, end).matchAll(/\$\{([^}|]+)/g)].map(([, name = '']) => name);
}

/** Every mistake in the configuration and the files named, and how much was checked. */
export async function checkAll(
  args: Arguments,
  terminal: Terminal,
): Promise<{ readonly diagnostics: readonly Diagnostic[]; readonly files: number; readonly scenarios: number }> {
  const read = await readAll(args, terminal);
  const built = planned(read, terminal);
  const files = read.files.length + (read.config.file === undefined ? 0 : 1);
  const empty: readonly Diagnostic[] =
    files === 0
      ? [
          {
            code: 'selection.empty',
            message: 'There is nothing to check',
            hint: 'Name scenario files or folders, or write a mailspec.yaml',
          },
        ]
      : [];
  return {
    diagnostics: [...read.diagnostics, ...built.diagnostics, ...empty],
    files,
    scenarios: built.plan.scenarios.length,
  };
}

/** The demo's plan: one file and a configuration's text. */
export async function planTour(
  path: string,
  text: string,
  config: string,
  terminal: Terminal,
): Promise<Pick<Loaded, 'plan' | 'today'>> {
  const read = readConfig({ path: 'demo', text: config }, terminal.cwd, { env: {}, profile: undefined });
  const file: SourceFile = { path: shownPath(path, terminal.cwd), text };
  const built = plan({ files: [file], config: read.config, cwd: terminal.cwd, runId: newRunId(), today: today() });
  const diagnostics = [...read.diagnostics, ...built.diagnostics];
  if (diagnostics.some(isError)) throw new DiagnosticError(diagnostics);
  return { plan: built.plan, today: today() };
}

interface Read {
  readonly config: Config;
  readonly diagnostics: readonly Diagnostic[];
  readonly targets: Targets;
  /** With `--rerun-failed`: what did not pass last time. */
  readonly failed: readonly Unpassed[] | undefined;
  readonly files: readonly SourceFile[];
  readonly overrides: Overrides;
  readonly runId: string;
}

async function readAll(args: Arguments, terminal: Terminal, noted: Noted = () => {}): Promise<Read> {
  const { cwd, env } = terminal;
  const overrides = overridesOf(args);
  const { config, diagnostics } = await loadConfig({
    cwd,
    env,
    file: args.value('config'),
    profile: args.value('profile'),
    async readFile(path) {
      await access(path);
      noted(path);
      return readFile(path, 'utf8');
    },
  });
  // Without its configuration every server would be unknown: that is noise.
  if (config.file === undefined && diagnostics.some(isError)) throw new DiagnosticError(diagnostics);
  const failed = args.has('rerun-failed') ? await unpassedBefore(config.folder) : undefined;
  const again = args.positionals.length === 0 ? [...new Set(failed?.map(({ file }) => file))] : [];
  const targets = await resolveTargets([...args.positionals, ...again], {
    cwd,
    root: config.folder,
    listed: config.scenarios,
  });
  const files: SourceFile[] = [];
  const unreadable: Diagnostic[] = [];
  for (const path of targets.files) {
    noted(path);
    try {
      // Four trips to another thread and back for each file took a tenth of planning.
      files.push({ path: shownPath(path, cwd), text: readFileSync(path, 'utf8') });
    } catch (error) {
      unreadable.push({
        code: 'file.unreadable',
        message: `Cannot read "${shownPath(path, cwd)}": ${(error as Error).message}`,
      });
    }
  }
  return { config, diagnostics: [...diagnostics, ...unreadable], targets, failed, files, overrides, runId: newRunId() };
}

function planned(
  { files, config, overrides, runId }: Read,
  terminal: Terminal,
  provided?: ReadonlyMap<string, string>,
  noted: Noted = () => {},
) {
  const system: FileSystem = {
    ...nodeFileSystem,
    real(path) {
      noted(path);
      return nodeFileSystem.real(path);
    },
  };
  return plan({
    system,
    files,
    config,
    cwd: terminal.cwd,
    overrides: provided === undefined ? overrides : { ...overrides, provided },
    runId,
    today: today(),
  });
}

function overridesOf(args: Arguments): Overrides {
  const text = args.value('timeout');
  const timeout = text === undefined ? undefined : parseDuration(text);
  if (text !== undefined && timeout === undefined) {
    throw new ArgumentError(
      `Cannot use "--timeout ${text}": it is not a duration`,
      'Write a number and a unit: 500ms, 10s, 2m',
    );
  }
  return {
    servers: pairs(args, 'server'),
    variables: pairs(args, 'var'),
    timeout,
    retries: wholeNumber(args, 'retries', 0),
  };
}

async function unpassedBefore(root: string): Promise<readonly Unpassed[]> {
  const failed = await failedLastTime(root);
  if (failed === undefined)
    throw new ArgumentError(
      'Cannot rerun what failed: no earlier run is known here',
      'Run without "--rerun-failed" first',
    );
  if (failed.length === 0) throw new ArgumentError('Nothing to rerun: everything passed last time');
  return failed;
}

function selectionOf(args: Arguments, { targets, failed }: Read): Selection {
  const chosen = { tags: args.value('tags'), grep: args.value('grep') };
  if (failed !== undefined) {
    const named = new Set(targets.files);
    return { ...chosen, ids: failed.filter(({ file }) => named.has(file)).map(({ id }) => id) };
  }
  const { lines, ids, whole } = targets;
  if (lines.length === 0 && ids.length === 0) return chosen;
  return { ...chosen, ids, places: [...lines, ...[...whole].map((file) => ({ file }))] };
}

/** Short, of letters and digits: safe in an address, a subject and a file name. */
export function newRunId(): string {
  const chance = Math.trunc(Math.random() * 0x10000)
    .toString(16)
    .padStart(4, '0');
  return `m${Date.now().toString(36)}${chance}`;
}

/** `YYYY-MM-DD`, where this machine is. */
export function today(): string {
  const now = new Date();
  const two = (number: number) => String(number).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
