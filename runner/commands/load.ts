import { ArgumentError } from '../diagnostic.ts';
import { mergeResults } from '../load/merge.ts';
import { type LoadRequest, playLoad } from '../load/processes.ts';
import type { LoadResult } from '../load/result.ts';
import { type Progress, unitsOf } from '../load/share.ts';
import { statusOf } from '../load/status.ts';
import { type LeftOut, otherHosts, suitedTo } from '../load/suited.ts';
import { loadText } from '../load/text.ts';
import { many } from '../phrase.ts';
import type { Plan } from '../plan.ts';
import { load } from '../project/load.ts';
import { wholeNumber } from './arguments.ts';
import { canAsk, confirm } from './ask.ts';
import type { Arguments, Main, Terminal } from './command.ts';
import { printDiagnostics } from './diagnostics.ts';
import { loadOptions } from './load-options.ts';
import { requestedOutputs, tryOutputs, writeOutputs } from './load-outputs.ts';
import { requestedErrors, requestedPace } from './load-request.ts';
import { readLoadResult } from './load-results.ts';
import { withServices } from './with-services.ts';

const eraseLine = '\r\x1b[K';

export const main: Main = async (args, terminal) => {
  const outputs = requestedOutputs(args);
  const allowed = requestedErrors(args);
  const report = async (result: LoadResult) => {
    terminal.stdout.write(loadText(result));
    await writeOutputs(outputs, result, terminal);
    return statusOf(result, allowed);
  };
  if (args.has('merge')) {
    const result = await merged(args, terminal);
    await tryOutputs(outputs, terminal);
    return report(result);
  }
  if (args.positionals.length === 0)
    throw new ArgumentError('Cannot run a load: no scenario file is named', 'Write "mailspec load FILE"');
  const pace = requestedPace(args);
  const processes = wholeNumber(args, 'processes', 1) ?? 1;
  const loaded = await load(await loadOptions(args, terminal));
  printDiagnostics(loaded.warnings, terminal);
  return withServices(loaded, terminal, async (planned) => {
    const plan = suitedPlan(planned, terminal);
    refuseUnfit(plan, pace.connections, processes);
    if (!(await isAllowed(plan, args, terminal))) return 2;
    await tryOutputs(outputs, terminal);
    return report(await played({ plan, pace, processes }, terminal));
  });
};

/** Runs the load, with a line of progress on a terminal. */
async function played(request: LoadRequest, { signal, stderr, raw }: Terminal): Promise<LoadResult> {
  const began = performance.now();
  const onProgress = ({ passed, errors, running }: Progress) => {
    const seconds = Math.round((performance.now() - began) / 1000);
    raw.stderr.write(`${eraseLine}${seconds} s: ${passed} passed, ${many(errors, 'error')}, ${running} running`);
  };
  const result = await playLoad(request, {
    clock: () => performance.now(),
    wall: () => Date.now(),
    signal,
    ...(stderr.isTTY && { onProgress }),
  });
  if (stderr.isTTY) raw.stderr.write(eraseLine);
  return result;
}

async function merged(args: Arguments, { cwd }: Terminal): Promise<LoadResult> {
  if (args.positionals.length === 0)
    throw new ArgumentError('Cannot merge: no results are named', 'Name the files that "mailspec load --out" wrote');
  return mergeResults(args.positionals.map((path) => readLoadResult(path, cwd)));
}

/** The scenarios that are suitable for load, with a note about the others. */
function suitedPlan(plan: Plan, { stderr }: Terminal): Plan {
  const { suited, leftOut } = suitedTo(plan);
  const [first] = leftOut;
  if (first === undefined) return plan;
  if (suited.length === 0)
    throw new ArgumentError(
      `Cannot run ${quoted(first)} as load: ${first.why}`,
      'Many clients at once would disturb each other, or be refused by the server',
    );
  for (const each of leftOut) stderr.write(`note: ${quoted(each)} is left out: ${each.why}\n`);
  return { ...plan, scenarios: suited };
}

function quoted({ scenario: { name } }: LeftOut): string {
  return `"${name}"`;
}

function refuseUnfit({ scenarios }: Plan, connections: number, processes: number): void {
  const receiving = scenarios.find(({ receives }) => receives !== undefined && receives.size > 0);
  if (receiving !== undefined && processes > 1)
    throw new ArgumentError(
      `Cannot run "${receiving.name}" in ${processes} processes: it receives mail, and only one process can listen on a port`,
      'Leave out "--processes"',
    );
  const [largest] = [...scenarios].sort((a, b) => unitsOf(b) - unitsOf(a));
  const each = Math.floor(connections / processes);
  if (largest === undefined || unitsOf(largest) <= each) return;
  throw new ArgumentError(
    `Cannot run "${largest.name}" as load: it needs ${many(unitsOf(largest), 'connection')}, and each process has ${each}`,
    `Write "--connections ${unitsOf(largest) * processes}" or more`,
  );
}

/** Whether hosts other than this machine may be loaded. */
async function isAllowed({ scenarios }: Plan, args: Arguments, terminal: Terminal): Promise<boolean> {
  const hosts = otherHosts(scenarios);
  if (hosts.length === 0 || args.has('yes')) return true;
  if (!canAsk(terminal))
    throw new ArgumentError(
      `Cannot load ${hosts.join(', ')}: it is another machine`,
      'Write "--yes" if it is yours to load',
    );
  return confirm(`Load ${hosts.join(', ')}?`, terminal);
}
