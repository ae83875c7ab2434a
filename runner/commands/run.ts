import { hostname } from 'node:os';
import { ArgumentError } from '../diagnostic.ts';
import type { Durations } from '../durations.ts';
import { defaultParallel, run } from '../engine/run.ts';
import type { Demands } from '../engine/shortfalls.ts';
import { many } from '../phrase.ts';
import type { Plan } from '../plan.ts';
import { createRedactor } from '../printing/redact.ts';
import { lastRun } from '../project/last-run.ts';
import { load } from '../project/load.ts';
import { rerunCommand } from '../project/rerun.ts';
import {
  type JunitDialect,
  type OpenReporters,
  openReporters,
  parseReporter,
  type ReporterRequest,
  type Verbosity,
} from '../reporters/index.ts';
import type { ScenarioResult } from '../result.ts';
import type { Reporter } from '../run-event.ts';
import type { Config } from '../scenario/plan.ts';
import { wholeNumber } from './arguments.ts';
import { calledAs } from './called-as.ts';
import { collectSooner } from './collecting.ts';
import type { Arguments, Main, Terminal } from './command.ts';
import { compileLess } from './compiling.ts';
import { printDiagnostics } from './diagnostics.ts';
import { dryRun } from './dry-run.ts';
import { startFollowing } from './follow.ts';
import type { GatherRequest } from './gather.ts';
import { loadOptions } from './load-options.ts';
import { withServices } from './with-services.ts';

export const main: Main = async (args, terminal) => {
  // Loaded only when needed.
  if (args.has('update')) {
    const { updating } = await import('./update-literals.ts');
    return updating((onResult) => once(args, terminal, { onResult }), args, terminal);
  }
  if (!args.has('watch')) return once(args, terminal);
  const { watching } = await import('./watch.ts');
  return watching((onFile) => once(args, terminal, { onFile }), terminal);
};

interface Watchers {
  readonly onFile?: (path: string) => void;
  readonly onResult?: (result: ScenarioResult) => void;
}

async function once(args: Arguments, terminal: Terminal, { onFile, onResult }: Watchers = {}): Promise<number> {
  const options = await loadOptions(args, terminal);
  const loaded = await load({ ...options, allowSkips: args.values('allow-skip'), onFile });
  if (args.has('dry-run')) {
    printDiagnostics(loaded.warnings, terminal);
    dryRun(loaded.plan, terminal);
    return 0;
  }
  const bail = args.has('bail') ? (wholeNumber(args, 'bail', 1) ?? 1) : undefined;
  // Dialogues that a person watches run one after another.
  const usual = args.has('follow-logs') ? 1 : (loaded.config.parallel ?? defaultParallel);
  const parallel = wholeNumber(args, 'parallel', 1) ?? usual;
  const junitDialect = requestedDialect(args);
  const demands = requestedDemands(args, loaded.config);
  printDiagnostics(loaded.warnings, terminal);
  const { shard } = loaded.plan;
  if (shard?.positions.length === 0) {
    terminal.stderr.write(
      `note: shard ${shard.index} of ${shard.total} is empty: ${many(shard.selected, 'scenario')} selected\n`,
    );
  }
  const last = lastRun(loaded.root, terminal.cwd);
  const isInline = options.targets?.some((target) => typeof target !== 'string') === true;
  return withServices(loaded, terminal, async (plan) => {
    const rerun = rerunCommand(options, args.values('secret'), calledAs(terminal));
    const gathering = await openGathering(args, { loaded, options, plan, rerun, terminal });
    const status = await play(plan, {
      args,
      terminal,
      parallel,
      demands,
      rerun,
      isInline,
      durations: options.durations ?? last.durations,
      onResult(result) {
        last.note(result);
        onResult?.(result);
      },
      ...(junitDialect !== undefined && { junitDialect }),
      ...(bail !== undefined && { bail }),
      ...(gathering && { beside: [gathering] }),
    });
    if (!isInline) await last.save();
    return status;
  });
}

/** `--gather`: loaded only when requested. */
async function openGathering(args: Arguments, request: Omit<GatherRequest, 'path'>): Promise<Reporter | undefined> {
  const path = args.value('gather');
  if (path === undefined) return undefined;
  if (path === '')
    throw new ArgumentError('Option "--gather" needs a file or a folder', 'Write "--gather report.tar.gz"');
  const { gather } = await import('./gather.ts');
  return gather({ ...request, path });
}

export interface PlayOptions {
  readonly args: Arguments;
  readonly terminal: Terminal;
  readonly parallel: number;
  /** Earlier durations by id, so that long scenarios start early enough. */
  readonly durations?: Durations;
  /** Default: none. */
  readonly demands?: Demands;
  /** The command that runs a scenario again, up to its place. */
  readonly rerun: string;
  readonly bail?: number;
  readonly junitDialect?: JunitDialect;
  /** Scenarios without a file cannot be found again. */
  readonly isInline?: boolean;
  /** A tour: its failure is neither reported to a CI server nor run again. */
  readonly isTour?: boolean;
  /** The default report for people. Absent: `spec`. */
  readonly reporter?: 'audit';
  readonly onResult: (result: ScenarioResult) => void;
  /** Further reporters, which are not named by `--reporter`. */
  readonly beside?: readonly Reporter[];
}

/** Runs a plan with the reporters that the arguments name. Resolves to the exit status. */
export async function play(plan: Plan, options: PlayOptions): Promise<number> {
  const { args, terminal, parallel, durations, bail, onResult } = options;
  const { demands = { strict: false } } = options;
  const following = args.has('follow-logs') ? await startFollowing(plan, terminal) : undefined;
  const reporters = await reportersFor(plan, options);
  const compileAsUsual = compileLess(plan.scenarios.length, process.versions.v8);
  const collectAsUsual = collectSooner(plan.scenarios.length, process.versions.v8);
  try {
    const summary = await run(
      plan,
      {
        parallel,
        ...demands,
        signal: terminal.signal,
        clock: () => performance.now(),
        wall: () => Date.now(),
        transcripts: reporters.transcripts,
        ...(durations && { durations }),
        ...(following && { listener: following.listener }),
        ...(bail !== undefined && { bail }),
      },
      (event) => {
        if (event.type === 'scenario') onResult(event.result);
        return reporters.report(event);
      },
    );
    return reporters.exitStatus(summary);
  } finally {
    collectAsUsual();
    compileAsUsual();
    await following?.stop();
    await reporters.close();
  }
}

/** The reporters that the arguments name. */
export function reportersFor(plan: Plan, options: Omit<PlayOptions, 'parallel' | 'onResult'>): Promise<OpenReporters> {
  const { args, terminal, rerun, junitDialect, isTour = false, isInline = false, demands } = options;
  return openReporters(requestedReporters(args, isTour ? {} : terminal.env, options.reporter), {
    // Opened when they are first used.
    get stdout() {
      return terminal.raw.stdout;
    },
    get stderr() {
      return terminal.raw.stderr;
    },
    say: (line) => terminal.stderr.write(line),
    environment: terminal.env,
    strict: demands?.strict ?? false,
    rerun: createRedactor(plan.secrets).redact(rerun),
    cwd: terminal.cwd,
    rerunFailed: !isTour && !isInline,
    machine: hostname(),
    ...requestedVerbosity(args),
    ...requestedAttachments(args),
    ...(options.beside && { beside: options.beside }),
    ...(junitDialect !== undefined && { junitDialect }),
  });
}

function requestedVerbosity(args: Arguments): { readonly verbosity?: Verbosity } {
  if (args.has('verbose') && args.has('quiet')) throw new ArgumentError('Cannot use "--verbose" with "--quiet"');
  if (args.has('verbose')) return { verbosity: 'verbose' };
  return args.has('quiet') ? { verbosity: 'quiet' } : {};
}

function requestedDemands(args: Arguments, { allowSkips }: Config): Demands {
  const requirePassed = wholeNumber(args, 'require-passed', 1);
  if (requirePassed !== undefined && args.has('shard'))
    throw new ArgumentError(
      'Cannot use "--require-passed" with "--shard": a shard is a part of the run',
      'Give it to "mailspec merge", which sees the whole',
    );
  return {
    strict: args.has('strict'),
    allowSkips: [...allowSkips, ...args.values('allow-skip')],
    ...(requirePassed !== undefined && { requirePassed }),
  };
}

/**
 * Adds `usual` if no reporter for people is requested: a file for machines leaves the terminal free. On GitHub Actions,
 * unless `--reporter` names reporters, adds `github` before it, so that the last line is still the run's.
 */
export function requestedReporters(
  args: Arguments,
  env: Terminal['env'] = {},
  usual: 'spec' | 'audit' = 'spec',
): readonly ReporterRequest[] {
  const junit = args.value('junit');
  if (junit === '') throw new ArgumentError('Option "--junit" needs a file', 'Write "--junit out.xml"');
  const named = args.values('reporter');
  const requests = [
    ...(named.length === 0 && env['GITHUB_ACTIONS'] === 'true' ? [parseReporter('github')] : named.map(parseReporter)),
    ...(junit === undefined ? [] : [parseReporter(`junit=${junit}`)]),
  ];
  const forPeople = requests.some(({ name }) => toPeople.has(name));
  return forPeople ? requests : [...requests, parseReporter(usual)];
}

/** Reporters that need standard output for themselves. */
const toPeople: ReadonlySet<ReporterRequest['name']> = new Set(['spec', 'dot', 'audit', 'nagios']);

export function requestedAttachments(args: Arguments): { readonly attachments?: string } {
  const attachments = args.value('attachments');
  if (attachments === '')
    throw new ArgumentError('Option "--attachments" needs a folder', 'Write "--attachments dialogues"');
  return attachments === undefined ? {} : { attachments };
}

export function requestedDialect(args: Arguments): JunitDialect | undefined {
  const dialect = args.value('junit-dialect');
  if (dialect === undefined || dialect === 'common' || dialect === 'xunit10') return dialect;
  throw new ArgumentError(`Unknown JUnit dialect "${dialect}"`, 'The dialects are common, xunit10');
}
