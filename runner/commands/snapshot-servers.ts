import { ArgumentError } from '../diagnostic.ts';
import { many } from '../phrase.ts';
import { leavesFiles, mark, takeAndRemove } from '../snapshot/delivered.ts';
import type { Settled } from '../snapshot/file.ts';
import { leftOutLines } from '../snapshot/left-out.ts';
import type { Looking, Progress } from '../snapshot/observe.ts';
import type { Probe, Trace } from '../snapshot/probe.ts';
import { probesFor } from '../snapshot/probes.ts';
import { mailboxesIn, type Project, readProject } from '../snapshot/project.ts';
import { parallelFor, survey } from '../snapshot/survey.ts';
import type { LeftOut } from '../snapshot/take.ts';
import { visible } from '../visible.ts';
import { wholeNumber } from './arguments.ts';
import { refusal } from './ask.ts';
import type { Arguments, Terminal } from './command.ts';
import { loadOptions } from './load-options.ts';
import { mailNotes, mailQuestion } from './snapshot-mail.ts';

export interface ObservedServers {
  readonly settled: readonly Settled[];
  readonly leftOut: readonly LeftOut[];
  readonly defaults: Project['defaults'];
}

/**
 * Takes a snapshot of the servers that the arguments name, or of all; with `only`, of servers that need not be
 * configured. If nothing can be observed, prints why, and returns nothing.
 */
export async function observedServers(
  only: Readonly<Record<string, string>> | undefined,
  args: Arguments,
  terminal: Terminal,
): Promise<ObservedServers | undefined> {
  const given = await loadOptions(args, terminal);
  const options = { ...given, grep: undefined, targets: [], ...(only && { servers: only }) };
  const project = await readProject(options, only && Object.keys(only));
  const servers = chosen(project, only ? [] : args.positionals);
  const looking: Looking = {
    options,
    parallel: wholeNumber(args, 'parallel', 1) ?? project.parallel ?? parallelFor(servers.length),
    signal: terminal.signal,
    clock: () => performance.now(),
    wall: () => Date.now(),
    defaults: project.defaults,
  };
  const canLogIn = project.variables.has('user') && project.variables.has('password');
  const { targets, silent, delayed } = await survey(servers, canLogIn, looking);
  for (const { name, why } of silent) terminal.stderr.write(`note: ${visible(name)} is left out: ${why}\n`);
  for (const { name, seconds } of delayed)
    terminal.stderr.write(
      `note: sessions of ${visible(name)} after a login are left out: the server lets a user log in only once in ${seconds} s (LOGIN-DELAY); remove that limit for the snapshot (Cyrus: popminpoll: 0)\n`,
    );
  const grep = args.value('grep')?.toLowerCase() ?? '';
  const wanted = probesFor({ ...project, targets }).filter(({ name }) => name.toLowerCase().includes(grep));
  if (targets.length === 0) return undefined;
  if (wanted.length === 0 && grep !== '')
    throw new ArgumentError(`No scenario of these servers has "${args.value('grep')}" in its name`);
  const marked = await mark(wanted.some(leavesFiles) ? await mailboxesIn(options, project) : []);
  const probes = await permitted(wanted, mailQuestion(wanted, marked, terminal), args, terminal);
  terminal.stderr.write(
    `Looking at ${many(targets.length, 'server')}: ${many(probes.length, 'scenario')}, most of them three times\n`,
  );
  const { onProgress, clear } = progressOn(terminal);
  const taken = await takeAndRemove(probes, project, { ...looking, onProgress }, marked).finally(clear);
  if (probes.some(leavesFiles)) for (const line of mailNotes(taken.left, terminal)) terminal.stderr.write(`${line}\n`);
  if (taken.settled.length > 0) return { ...taken, defaults: project.defaults };
  const leftOut = terminal.signal.aborted ? [] : taken.leftOut;
  for (const line of leftOutLines(leftOut)) terminal.stderr.write(`${line}\n`);
  return undefined;
}

/** The milliseconds between two updates of the line on a terminal. */
const redrawEvery = 100;
const eraseLine = '\r\x1b[K';

/** Shows the progress: on a terminal one line that changes, elsewhere a line for each run of all scenarios. */
function progressOn({ raw, stderr }: Terminal): {
  readonly onProgress: (progress: Progress) => void;
  readonly clear: () => void;
} {
  let [drawn, shown] = [Number.NEGATIVE_INFINITY, 0];
  return {
    onProgress({ round, done, total }) {
      const what = round <= 1 ? 'first look' : `run ${round}`;
      if (stderr.isTTY === true) {
        if (performance.now() - drawn < redrawEvery && done < total) return;
        drawn = performance.now();
        raw.stderr.write(`${eraseLine}${what}: ${done} of ${many(total, 'scenario')}`);
      } else if (round > shown) stderr.write(`${what}: ${many(total, 'scenario')}\n`);
      shown = round;
    },
    clear() {
      if (stderr.isTTY === true) raw.stderr.write(eraseLine);
    },
  };
}

function chosen({ servers }: Project, names: readonly string[]): Project['servers'] {
  if (names.length === 0 && servers.length === 0)
    throw new ArgumentError(
      'Cannot take a snapshot: no server is configured',
      'Give one with "--server NAME=URL", or write a configuration with "mailspec init"',
    );
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

const failing = 'Fail some logins on purpose? A server that locks clients out will lock this address out.';

/** Asks before probes that others may notice. */
async function permitted(
  probes: readonly Probe[],
  sending: string,
  args: Arguments,
  terminal: Terminal,
): Promise<readonly Probe[]> {
  const questions: Readonly<Record<Trace, readonly [option: string, question: string]>> = {
    mail: ['no-mail', sending],
    'failed logins': ['no-failed-logins', failing],
  };
  const allowed = new Map<Trace, boolean>();
  for (const [trace, [option, question]] of Object.entries(questions) as [Trace, readonly [string, string]][]) {
    if (!probes.some(({ leaves }) => leaves === trace)) continue;
    allowed.set(trace, (await refusal(option, question, args, terminal)) === undefined);
  }
  return probes.filter(({ leaves }) => leaves === undefined || allowed.get(leaves) === true);
}
