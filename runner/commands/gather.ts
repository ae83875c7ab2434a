import { hostname, machine, release, type, version } from 'node:os';
import { basename } from 'node:path';
import { markOf, readBefore, readSince } from '../checks/log-tail.ts';
import { linesOf } from '../checks/log-watch.ts';
import { DiagnosticError } from '../diagnostic.ts';
import { run } from '../engine/run.ts';
import { bundle } from '../gathering/bundle.ts';
import type { Collected } from '../gathering/collect.ts';
import { openPlace } from '../gathering/place.ts';
import { gatheringSuite, type Programs, programsOf, type Said } from '../gathering/programs.ts';
import { packageVersion } from '../package-root.ts';
import { many, messageOf } from '../phrase.ts';
import type { Plan } from '../plan.ts';
import { createRedactor } from '../printing/redact.ts';
import { type Loaded, load } from '../project/load.ts';
import type { ProjectOptions } from '../project/options.ts';
import { reporters } from '../reporters/table.ts';
import type { Reporter } from '../run-event.ts';
import type { Terminal } from './command.ts';

export interface GatherRequest {
  readonly path: string;
  readonly loaded: Loaded;
  readonly options: ProjectOptions;
  readonly plan: Plan;
  readonly rerun: string;
  readonly terminal: Terminal;
}

/** The most octets of a log from before the run, which may say why a service did not start, and from the run. */
const logBefore = 64 * 1024;
const logDuring = 8 * 1024 * 1024;

/** `--gather`: a reporter that writes all evidence of a run into one place. */
export async function gather(request: GatherRequest): Promise<Reporter> {
  const { path, plan, rerun, terminal } = request;
  const place = await openPlace(path, terminal.cwd);
  const { create: createSummary } = await reporters.spec.load();
  return bundle({
    place,
    rerun,
    createSummary,
    versions: [
      `mailspec ${packageVersion()}, Node ${process.version}`,
      `${type()} ${release()} ${machine()} (${version()})`,
    ],
    machine: hostname(),
    redactor: createRedactor(plan.secrets),
    clock: performance,
    programs: (collected) => askPrograms(request, collected),
    logs: await watchedLogs(plan),
    done: (files) => terminal.stderr.write(`${many(files, 'file')} gathered in "${path}": README.txt is the index\n`),
  });
}

async function askPrograms({ loaded, options, terminal }: GatherRequest, collected: Collected): Promise<Programs> {
  const nothing = (why: string): Programs => ({ members: [], missing: [why] });
  const how = "versions, settings and the account's entry";
  if (!loaded.config.allow.commands)
    return nothing(`${how}: the configuration does not allow programs; write "allow: { commands: true }" into it`);
  if (terminal.signal.aborted) return nothing(`${how}: the run was interrupted`);
  const servers = [...collected.servers.values()];
  const wanted = [...new Set(servers.flatMap(({ products }) => [...products]))];
  try {
    const target = { path: 'gather.yaml', text: gatheringSuite(wanted) };
    const { plan } = await load({
      ...options,
      ...{ targets: [target], tags: undefined, grep: undefined, shard: undefined, durations: undefined },
      ...{ rerunFailed: false, retries: 0 },
    });
    const isElsewhere = (plan.scenarios[0]?.suite.description ?? '') !== '';
    if (!isElsewhere && servers.length > 0 && !servers.some(({ isHere }) => isHere))
      return nothing(
        `${how}: the servers are on another machine; run mailspec there, or set the variable "gather_in" to what runs a shell there, such as "ssh root@mail.example.com"`,
      );
    return programsOf(await saidBy(plan, terminal), wanted.length === 0);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return nothing(`${how}: ${messageOf(error)}`);
  }
}

/** Runs the fragments, and collects the output of their programs. */
async function saidBy(plan: Plan, terminal: Terminal): Promise<readonly Said[]> {
  const said: (Said & { readonly at: number })[] = [];
  await run(
    { ...plan, logs: [] },
    {
      parallel: plan.scenarios.length,
      strict: false,
      signal: terminal.signal,
      clock: () => performance.now(),
      wall: () => Date.now(),
      transcripts: () => false,
      witness(scenario, step, seen) {
        if (seen.kind !== 'check') return;
        const { exit, stdout, stderr } = seen.evidence;
        const title = typeof step.said === 'string' ? step.said : step.label;
        const texts = { stdout: String(stdout), stderr: String(stderr) };
        said.push({ at: scenario.index, of: scenario.name, title, exit: Number(exit), ...texts });
      },
    },
    () => {},
  );
  return said.sort((one, other) => one.at - other.at);
}

/** Records the state of the logs; later returns what was added, and what was there before. */
async function watchedLogs(plan: Plan): Promise<Parameters<typeof bundle>[0]['logs']> {
  const starts = await Promise.all(
    plan.logs.map(async (file) => {
      try {
        const mark = await markOf(file);
        return { mark, before: linesOf(await readBefore(mark, logBefore)) };
      } catch {
        return undefined;
      }
    }),
  );
  return () =>
    Promise.all(
      plan.logs.map(async (file, at) => {
        const name = `logs/${at + 1}-${basename(file).replace(/[^\w.-]+/g, '-')}.txt`;
        const start = starts[at];
        const about = `the end of ${file} as it was, and what the run added`;
        try {
          const tail = start && (await readSince(start.mark, logDuring));
          if (start === undefined || tail === undefined) return { name, about, text: 'It cannot be read.\n' };
          const since = linesOf(tail.octets);
          const cut = tail.omitted > 0 ? ['# the beginning of the run is left out'] : [];
          return { name, about, text: `${[...start.before, '# the run begins', ...cut, ...since].join('\n')}\n` };
        } catch (error) {
          return { name, about, text: `It cannot be read: ${messageOf(error)}\n` };
        }
      }),
    );
}
