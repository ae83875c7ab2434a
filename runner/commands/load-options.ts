import { ArgumentError } from '../diagnostic.ts';
import type { Durations } from '../durations.ts';
import type { ProjectOptions } from '../project/options.ts';
import type { ShardRequest } from '../project/shard-request.ts';
import { looksSecret } from '../scenario/plan.ts';
import { pairs, wholeNumber } from './arguments.ts';
import { cacheFolder } from './cache-folder.ts';
import type { Arguments, Terminal } from './command.ts';
import { inlineTargets, isNameless } from './inline.ts';
import { requestedSecrets } from './secrets.ts';

/**
 * The arguments that all commands with a plan have in common, as options. Throws an `ArgumentError` for invalid ones.
 */
export async function loadOptions(args: Arguments, terminal: Terminal): Promise<ProjectOptions> {
  const durations = args.value('shard-durations');
  const { targets, hasSteps } = await inlineTargets(args, terminal);
  return {
    targets,
    cwd: terminal.cwd,
    env: terminal.env,
    config: args.value('config'),
    profile: args.value('profile'),
    servers: serversOf(args, hasSteps),
    variables: variablesOf(args, terminal),
    secrets: await requestedSecrets(args, terminal),
    onSecrets: terminal.learn,
    timeout: args.value('timeout'),
    retries: wholeNumber(args, 'retries', 0),
    tags: args.value('tags'),
    grep: args.value('grep'),
    rerunFailed: args.has('rerun-failed'),
    shard: shardOf(args),
    durations: durations === undefined ? undefined : await durationsFrom(durations, terminal),
    ...(!args.has('no-cache') && { cache: cacheFolder() }),
  };
}

/** Loads what reads results only when it is needed: it contains the validators of results. */
async function durationsFrom(path: string, terminal: Terminal): Promise<Durations> {
  const { readDurations } = await import('./durations.ts');
  return readDurations(path, terminal);
}

function serversOf(args: Arguments, mayBeNameless: boolean): Readonly<Record<string, string>> {
  const bare = args.values('server').find(isNameless);
  if (bare !== undefined && !mayBeNameless) {
    throw new ArgumentError(
      `Cannot use "--server ${bare}": expected NAME=URL, since scenario files name their servers`,
      'Write "--server mx=smtp://mail.example.com"; without a name, it is for steps of "-e" or standard input',
    );
  }
  return Object.fromEntries(pairs(args, 'server', isNameless));
}

/** Warns about secrets on the command line, which other users of the machine can see in the list of processes. */
function variablesOf(args: Arguments, { stderr }: Terminal): Readonly<Record<string, string>> {
  const variables = pairs(args, 'var');
  for (const name of variables.keys()) {
    if (looksSecret(name))
      stderr.write(
        `warning: The value of "--var ${name}=…" can be seen in the process list\n  = help: Write "--secret ${name}=env:VARIABLE" instead\n`,
      );
  }
  return Object.fromEntries(variables);
}

/** `--shard auto`, or `--shard I/N`. */
function shardOf(args: Arguments): ShardRequest | 'auto' | undefined {
  const text = args.value('shard');
  if (text === undefined || text === 'auto') return text;
  const [, index, total] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (index === undefined || total === undefined) {
    throw new ArgumentError(
      `Cannot use "--shard ${text}": expected I/N, such as 2/4`,
      'Write I/N, as in "--shard 2/4", or "--shard auto"',
    );
  }
  return { index: Number(index), total: Number(total) };
}
