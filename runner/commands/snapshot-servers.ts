import { ArgumentError } from '../diagnostic.ts';
import { defaultParallel } from '../engine/run.ts';
import { many } from '../phrase.ts';
import type { Settled } from '../snapshot/file.ts';
import type { Looking } from '../snapshot/observe.ts';
import type { Probe, Trace } from '../snapshot/probe.ts';
import { probesFor } from '../snapshot/probes.ts';
import { type Project, readProject } from '../snapshot/project.ts';
import { survey } from '../snapshot/survey.ts';
import { type LeftOut, take } from '../snapshot/take.ts';
import { visible } from '../visible.ts';
import { wholeNumber } from './arguments.ts';
import { canAsk, confirm } from './ask.ts';
import type { Arguments, Terminal } from './command.ts';
import { loadOptions } from './load-options.ts';

export interface ObservedServers {
  readonly settled: readonly Settled[];
  readonly leftOut: readonly LeftOut[];
  readonly defaults: Project['defaults'];
}

/**
 * Takes a snapshot of the servers that the arguments name, or of all; with `only`, of servers that the configuration need
 * not have. Nothing where no server can be observed.
 */
export async function observedServers(
  only: Readonly<Record<string, string>> | undefined,
  args: Arguments,
  terminal: Terminal,
): Promise<ObservedServers | undefined> {
  const given = await loadOptions(args, terminal);
  const options = { ...given, targets: [], ...(only && { servers: only }) };
  const project = await readProject(options, only && Object.keys(only));
  const looking: Looking = {
    options,
    parallel: wholeNumber(args, 'parallel', 1) ?? project.parallel ?? defaultParallel,
    signal: terminal.signal,
    clock: () => performance.now(),
    wall: () => Date.now(),
    defaults: project.defaults,
  };
  const canLogIn = project.variables.has('user') && project.variables.has('password');
  const { targets, silent } = await survey(chosen(project, only ? [] : args.positionals), canLogIn, looking);
  for (const { name, why } of silent) terminal.stderr.write(`note: ${visible(name)} is left out: ${why}\n`);
  const probes = await permitted(probesFor({ ...project, targets }), args, terminal);
  if (targets.length === 0) return undefined;
  terminal.stderr.write(`Looking at ${many(targets.length, 'server')}: ${many(probes.length, 'scenario')} …\n`);
  const taken = await take(probes, project, looking);
  return taken.settled.length === 0 ? undefined : { ...taken, defaults: project.defaults };
}

function chosen({ servers }: Project, names: readonly string[]): Project['servers'] {
  if (names.length === 0) return servers;
  return names.map((name) => {
    const found = servers.find((each) => each.name === name);
    if (found !== undefined) return found;
    throw new ArgumentError(
      `Unknown server "${name}"`,
      servers.length === 0
        ? 'The configuration has no servers; "mailspec init" writes one'
        : `The configuration has ${servers.map((each) => each.name).join(', ')}`,
    );
  });
}

const questions: Readonly<Record<Trace, readonly [option: string, question: string]>> = {
  mail: ['no-mail', 'Send test messages to the accounts? They are removed again.'],
  'failed logins': [
    'no-failed-logins',
    'Fail some logins on purpose? A server that locks clients out will lock this address out.',
  ],
};

/** What others may notice is asked about first. */
async function permitted(probes: readonly Probe[], args: Arguments, terminal: Terminal): Promise<readonly Probe[]> {
  const allowed = new Map<Trace, boolean>();
  for (const [trace, [option, question]] of Object.entries(questions) as [Trace, readonly [string, string]][]) {
    if (!probes.some(({ leaves }) => leaves === trace)) continue;
    const isAllowed =
      !args.has(option) && (args.has('yes') || (canAsk(terminal) && (await confirm(question, terminal))));
    allowed.set(trace, isAllowed);
  }
  return probes.filter(({ leaves }) => leaves === undefined || allowed.get(leaves) === true);
}
