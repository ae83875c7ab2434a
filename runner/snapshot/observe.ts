import type { Written } from '../authoring/written.ts';
import { run } from '../engine/run.ts';
import type { Seen } from '../engine/witness.ts';
import type { Scenario } from '../plan.ts';
import { load } from '../project/load.ts';
import type { LoadOptions } from '../project/options.ts';
import { isPositive } from '../protocol/protocols.ts';
import type { ScenarioResult } from '../result.ts';
import { type Runnable, snapshotFile } from './file.ts';
import { filled, type Open, type Probe } from './probe.ts';

/** What observing needs. */
export interface Looking {
  readonly options: LoadOptions;
  readonly parallel: number;
  readonly signal: AbortSignal;
  readonly clock: () => number;
  readonly wall: () => number;
  readonly defaults: Readonly<Record<string, string>>;
  /** Called for each scenario that ends. */
  readonly onProgress?: (progress: Progress) => void;
  /** Called for each run, with the part that all its `${scenario.id}` begin with. */
  readonly onRun?: (runId: string) => void;
  /** Called for each message that a server accepts, with its `${scenario.id}`. */
  readonly onAccepted?: (scenarioId: string) => void;
  /** The number of the run; the first one only observes. */
  readonly round?: number;
}

export interface Progress {
  readonly round: number;
  readonly done: number;
  readonly total: number;
}

/** What one probe observed in one run. */
export interface Observed {
  readonly result: ScenarioResult;
  /** `${scenario.id}` in that run. */
  readonly scenarioId: string;
  /** By the number of the open expectation. If one was met several times: the last result, and the shortest time. */
  readonly seen: ReadonlyMap<number, Measured>;
}

/** `times`: how long a reply took each time, if it was measured several times. */
export type Measured = Seen & { readonly times?: readonly number[] };

/** Expectations that anything meets. */
const anyReply: Written = { raw: { length: { at_least: 0 } } };
const anything: Written = { one_of: [anyReply, 'closed'] };
const anythingOrNothing: Written = { one_of: [anyReply, 'closed', 'nothing'] };
/** After a refused message, nothing is awaited. */
const accepted: Written = '2xx';

function permissive(open: Open): Written {
  if (open.kind === 'stored') return { messages: [{ subject: '/${scenario.id}/' }] };
  if (open.kind === 'gate') return accepted;
  if (open.kind === 'silence') return { nothing: open.within };
  if (open.kind === 'rest') return anythingOrNothing;
  if (open.kind === 'logged') return { lines: { length: { at_least: 0 } } };
  return open.kind === 'fields' ? { not: { [open.fields[0] ?? '']: 'mailspec' } } : anything;
}

/** Runs probes with open expectations. */
export async function observe(probes: readonly Probe[], looking: Looking): Promise<readonly (Observed | undefined)[]> {
  const all = await watched(
    probes.map((probe) => ({
      probe,
      steps: filled(probe.steps, (_, open) => permissive(open), label),
      tolerate: [],
    })),
    looking,
  );
  return all.map(([seen]) => seen);
}

/**
 * The number of the first scenario in a proof. It makes `${scenario.id}` longer than when it was observed, as it may be
 * in the user's runs, so that replies that depend on its length ("at octet 43") are seen to differ.
 */
const proofsFrom = 100_000;

/** The name of a step with an open expectation during a run. */
export function label(index: number): string {
  return `open ${index}`;
}

/**
 * Runs scenarios, each once or `times` times, and returns what the labeled steps saw. They are all in one run, so that
 * servers that delay replies do so for several at the same time.
 */
export async function watched(
  runnable: readonly Runnable[],
  looking: Looking,
  times: readonly number[] = [],
): Promise<readonly (readonly Observed[])[]> {
  if (runnable.length === 0) return [];
  const files = [...new Set(runnable.map(({ probe }) => probe.file))];
  const order = files.flatMap((file) => [...runnable.keys()].filter((index) => runnable[index]?.probe.file === file));
  const targets = files.map((file) => ({
    path: `${file}.yaml`,
    text: snapshotFile(
      runnable.filter(({ probe }) => probe.file === file),
      { suite: file, description: file, defaults: looking.defaults },
    ),
  }));
  const { plan } = await load({ ...looking.options, retries: 0, targets });
  const runs = runsOf(
    order.map((index) => times[index] ?? 1),
    order.map((index) => serverOf(runnable[index] as Runnable)),
  );
  const first = (looking.round ?? 0) > 1 ? proofsFrom : 0;
  const scenarios = runs.map((place, index) => ({ ...(plan.scenarios[place] as Scenario), index: first + index }));
  const idOf = (index: number) => `${plan.runId}-${index + 1}a`;
  looking.onRun?.(plan.runId);
  const results: ScenarioResult[] = [];
  const seen = new Map<number, Map<number, Seen>>();
  const { signal, clock, wall, parallel } = looking;
  let done = 0;
  await run(
    // Nobody sees the dialogues and logs.
    { ...plan, scenarios, logs: [] },
    {
      ...{ parallel, signal, clock, wall, strict: false, transcripts: () => false },
      witness(scenario, step, what) {
        if (step.kind === 'message' && what.kind === 'reply' && isPositive(what.reply))
          looking.onAccepted?.(idOf(scenario.index));
        const [, number] = /^open (\d+)$/.exec(step.label) ?? [];
        if (number === undefined) return;
        const own = seen.get(scenario.index) ?? new Map<number, Seen>();
        seen.set(scenario.index, own.set(Number(number), merged(own.get(Number(number)), what)));
      },
    },
    (event) => {
      if (event.type !== 'scenario') return;
      results[event.result.scenario.index - first] = event.result;
      looking.onProgress?.({ round: looking.round ?? 0, done: ++done, total: scenarios.length });
    },
  );
  const observed = runnable.map((): Observed[] => []);
  for (const [index, place] of runs.entries()) {
    const result = results[index];
    if (result === undefined) continue;
    const scenarioId = idOf(first + index);
    observed[order[place] as number]?.push({ result, scenarioId, seen: seen.get(first + index) ?? new Map() });
  }
  return observed;
}

/** The scenarios' indexes in the order in which they run: all once, then again those that run more often. */
function runsOf(times: readonly number[], servers: readonly string[]): readonly number[] {
  return Array.from({ length: Math.max(...times) }, (_, round) =>
    interleaved(
      [...times.keys()].filter((place) => round < (times[place] ?? 1)),
      servers,
    ),
  ).flat();
}

/** Takes the servers in turn: while one is slow to reply, others are asked. */
function interleaved(places: readonly number[], servers: readonly string[]): readonly number[] {
  const queues = new Map<string, number[]>();
  for (const place of places) {
    const server = servers[place] ?? '';
    const queue = queues.get(server) ?? [];
    queues.set(server, queue);
    queue.push(place);
  }
  const longest = Math.max(0, ...[...queues.values()].map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) =>
    [...queues.values()].flatMap((queue) => queue[index] ?? []),
  ).flat();
}

function serverOf({ probe: { server, connections = {} } }: Runnable): string {
  return server ?? Object.values(connections)[0] ?? '';
}

/** The earlier one, with the shorter time, and all times. */
export function measured(before: Measured, now: Seen | undefined): Measured {
  if (before.kind !== 'reply' || now?.kind !== 'reply') return before;
  const { elapsed, times = [elapsed] } = before;
  return { ...before, elapsed: Math.min(elapsed, now.elapsed), times: [...times, now.elapsed] };
}

/** The later one, with the shorter time. */
function merged(before: Seen | undefined, now: Seen): Seen {
  if (before?.kind !== 'reply' || now.kind !== 'reply') return now;
  return { ...now, elapsed: Math.min(before.elapsed, now.elapsed) };
}
