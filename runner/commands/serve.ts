import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createAuthority } from '../demo-server/certificates.ts';
import { ArgumentError, DiagnosticError } from '../diagnostic.ts';
import { exitStatus, run } from '../engine/run.ts';
import { writeHostAndPort } from '../host-and-port.ts';
import { noOutcomes } from '../outcomes.ts';
import { many, systemReason } from '../phrase.ts';
import type { Plan } from '../plan.ts';
import { load } from '../project/load.ts';
import { rerunCommand } from '../project/rerun.ts';
import type { ScenarioResult } from '../result.ts';
import type { Summary } from '../run-event.ts';
import { defaultPatience, prepare, type Served, serversOf } from '../serving/prepare.ts';
import { type Address, serve } from '../serving/serve.ts';
import { usualServers } from '../serving/usual-servers.ts';
import { problemWords, reasonWords } from '../words/problem.ts';
import { calledAs } from './called-as.ts';
import type { Arguments, Main, Terminal } from './command.ts';
import { printDiagnostics } from './diagnostics.ts';
import { listenAddress } from './listen-address.ts';
import { loadOptions } from './load-options.ts';
import { reportersFor, requestedDialect } from './run.ts';

export const main: Main = async (args, terminal) => {
  if (args.positionals.length === 0)
    throw new ArgumentError(
      'Cannot serve: no scenario file is named',
      'Write "mailspec serve client.yaml --listen 2525"',
    );
  const options = { ...(await loadOptions(args, terminal)), usualServers };
  const loaded = await load(options);
  const junitDialect = requestedDialect(args);
  const { plan, diagnostics, leftOut } = prepare(loaded.plan, patienceFrom(args, loaded.plan));
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
  printDiagnostics(loaded.warnings, terminal);
  if (leftOut > 0)
    terminal.stderr.write(`note: ${many(leftOut, 'step')} left out: checks of DNS, logs and the like are not served\n`);
  const servers = serversOf(plan);
  const listen = requestedAddresses(args, servers);
  const identity = identityFor(servers);
  const ca = args.value('save-ca');
  if (ca !== undefined) await saveAuthority(resolve(terminal.cwd, ca), identity);
  const reporters = await reportersFor(plan, {
    ...{ args, terminal, isInline: true },
    rerun: rerunCommand(options, args.values('secret'), calledAs(terminal), 'serve'),
    ...(junitDialect !== undefined && { junitDialect }),
  });
  const start = performance.now();
  const results = new Map<number, ScenarioResult>();
  let session = 0;
  try {
    await reporters.report({
      type: 'start',
      runId: plan.runId,
      total: plan.scenarios.length,
      started: Date.now(),
      parallel: 1,
    });
    await serve({
      ...{ plan, servers, listen, identity },
      patience: patienceFrom(args, loaded.plan),
      once: args.has('once'),
      signal: terminal.signal,
      clock: () => performance.now(),
      wall: () => Date.now(),
      onListening: ({ label, url }, { host, port }) => {
        const tls = url.implicitTls ? ' with TLS' : '';
        terminal.stderr.write(`serving ${label} (${url.scheme}) on ${writeHostAndPort(host, port)}${tls}\n`);
      },
      onResult(result) {
        session++;
        const { index, id } = result.scenario;
        if (!isBad(results.get(index))) results.set(index, result);
        terminal.stderr.write(`session ${session}: ${id}: ${outcomeOf(result)}\n`);
      },
    }).catch((error: unknown) => {
      throw new ArgumentError(`Cannot listen: ${systemReason(error)}`);
    });
    const summary = await report(plan, results, reporters, start, args, terminal);
    return reporters.exitStatus(summary);
  } finally {
    await reporters.close();
  }
};

/** `--timeout`, which each server of the plan has. */
function patienceFrom(args: Arguments, { scenarios }: Plan): number {
  const [target] = [...(scenarios[0]?.connections.values() ?? [])];
  return args.has('timeout') ? (target?.options.timeout ?? defaultPatience) : defaultPatience;
}

/** `--listen 2525` for a single server; `--listen NAME=2525` for each of several. */
function requestedAddresses(args: Arguments, servers: readonly Served[]): (server: Served) => Address {
  const given = new Map<string, Address>();
  for (const text of args.values('listen')) {
    const [, name, address] = /^(?:([^=]+)=)?(.*)$/s.exec(text) ?? [];
    const known = servers.find(({ label }) => label === name);
    if (name !== undefined && known === undefined)
      throw new ArgumentError(
        `No scenario uses a server "${name}"`,
        `The servers are ${servers.map(({ label }) => label).join(', ')}`,
      );
    const [only, ...others] = servers;
    if (name === undefined && others.length > 0)
      throw new ArgumentError(
        'Say which server is meant: the scenarios have several',
        `Write "--listen ${only?.label}=2525"`,
      );
    if (only !== undefined) given.set((known ?? only).label, listenAddress(address ?? '', args));
  }
  return ({ label }) => given.get(label) ?? { host: '127.0.0.1', port: 0 };
}

/** A certificate for any name that a client may use, made when needed. */
function identityFor(servers: readonly Served[]) {
  const hosts = servers.flatMap(({ url }) => (url.address.to === 'network' ? [url.address.host] : []));
  const names = [...new Set(['localhost', '127.0.0.1', '::1', ...hosts])];
  let made: Promise<{ readonly key: Buffer; readonly cert: Buffer; readonly ca: string }> | undefined;
  return () => {
    made ??= (async () => {
      const authority = await createAuthority();
      const { key, chain } = await authority.issue({ names });
      return { key: Buffer.from(key), cert: Buffer.from(chain), ca: authority.cert };
    })();
    return made;
  };
}

async function saveAuthority(path: string, identity: ReturnType<typeof identityFor>): Promise<void> {
  const { ca } = await identity();
  await writeFile(path, ca).catch((error: unknown) => {
    throw new ArgumentError(`Cannot write "${path}": ${systemReason(error)}`);
  });
}

function isBad(result: ScenarioResult | undefined): boolean {
  return result?.outcome === 'failed' || result?.outcome === 'errored';
}

function outcomeOf({ outcome, problem, reason }: ScenarioResult): string {
  if (problem !== undefined) return `${outcome}: ${problemWords(problem)}`;
  return reason === undefined ? outcome : `${outcome}: ${reasonWords(reason)}`;
}

/** Reports the outcome of every scenario. */
async function report(
  plan: Plan,
  results: Map<number, ScenarioResult>,
  reporters: Awaited<ReturnType<typeof reportersFor>>,
  start: number,
  args: Arguments,
  { signal }: Terminal,
): Promise<Summary> {
  const left = plan.scenarios.filter(({ index }) => !results.has(index));
  const skipped = left.map((scenario) => ({ ...scenario, skip: scenario.skip ?? 'no client connected' }));
  const never = new AbortController().signal;
  const times = { clock: () => performance.now(), wall: () => Date.now() };
  await run({ ...plan, scenarios: skipped }, { ...times, parallel: 1, strict: false, signal: never }, (event) => {
    if (event.type === 'scenario') results.set(event.result.scenario.index, event.result);
  });
  const counts = noOutcomes();
  for (const { index } of plan.scenarios) {
    const result = results.get(index);
    if (result === undefined) continue;
    counts[result.outcome]++;
    await reporters.report({ type: 'begin', scenario: result.scenario });
    await reporters.report({ type: 'scenario', result });
  }
  const interrupted = args.has('once') && signal.aborted;
  const summary: Summary = {
    counts,
    total: plan.scenarios.length,
    duration: performance.now() - start,
    interrupted,
    ended: Date.now(),
    // Without "--once", a signal is the normal end.
    exitStatus: exitStatus(counts, plan, { signal: interrupted ? signal : never, strict: false }, []),
  };
  await reporters.report({ type: 'end', summary });
  return summary;
}
