import type { Written } from '../authoring/written.ts';
import { run } from '../engine/run.ts';
import type { Seen } from '../engine/witness.ts';
import { load } from '../project/load.ts';
import type { LoadOptions } from '../project/options.ts';
import type { ScenarioResult } from '../result.ts';
import { type Runnable, snapshotFile } from './file.ts';
import { filled, type Open, type Probe } from './probe.ts';

/** What is needed to look. */
export interface Looking {
  readonly options: LoadOptions;
  readonly parallel: number;
  readonly signal: AbortSignal;
  readonly clock: () => number;
  readonly wall: () => number;
  readonly defaults: Readonly<Record<string, string>>;
  /** Told of each scenario that ended. */
  readonly onProgress?: (progress: Progress) => void;
  /** Which run of the scenarios it is; the first only looks. */
  readonly round?: number;
}

export interface Progress {
  readonly round: number;
  readonly done: number;
  readonly total: number;
}

/** What one probe saw in one run. */
export interface Observed {
  readonly result: ScenarioResult;
  /** `${scenario.id}`, then. */
  readonly scenarioId: string;
  /** By the number of the open expectation; of one that was met several times the last, and the shortest time. */
  readonly seen: ReadonlyMap<number, Seen>;
}

/** Anything that the server may do. */
const anything: Written = { one_of: [{ raw: { length: { at_least: 0 } } }, 'closed'] };

function permissive(open: Open): Written {
  if (open.kind === 'stored') return { messages: [{ subject: '/${scenario.id}/' }] };
  return open.kind === 'fields' ? { not: { [open.fields[0] ?? '']: 'mailspec' } } : anything;
}

/** Runs probes whose expectations are still open. */
export function observe(probes: readonly Probe[], looking: Looking): Promise<readonly (Observed | undefined)[]> {
  return watched(
    probes.map((probe) => ({
      probe,
      steps: filled(probe.steps, (_, open) => permissive(open), label),
      tolerate: [],
    })),
    looking,
  );
}

/** What a step with an open expectation is called during a run. */
export function label(index: number): string {
  return `open ${index}`;
}

/** Runs scenarios, and says what the labelled steps saw. */
export async function watched(
  scenarios: readonly Runnable[],
  looking: Looking,
): Promise<readonly (Observed | undefined)[]> {
  if (scenarios.length === 0) return [];
  const files = [...new Set(scenarios.map(({ probe }) => probe.file))];
  const order = files.flatMap((file) => [...scenarios.keys()].filter((index) => scenarios[index]?.probe.file === file));
  const targets = files.map((file) => ({
    path: `${file}.yaml`,
    text: snapshotFile(
      scenarios.filter(({ probe }) => probe.file === file),
      { suite: file, description: file, defaults: looking.defaults },
    ),
  }));
  const { plan } = await load({ ...looking.options, retries: 0, targets });
  const results: ScenarioResult[] = [];
  const seen = new Map<number, Map<number, Seen>>();
  const { signal, clock, wall, parallel } = looking;
  let done = 0;
  await run(
    plan,
    {
      ...{ parallel, signal, clock, wall, strict: false },
      witness(scenario, step, what) {
        const [, number] = /^open (\d+)$/.exec(step.label) ?? [];
        if (number === undefined) return;
        const own = seen.get(scenario.index) ?? new Map<number, Seen>();
        seen.set(scenario.index, own.set(Number(number), merged(own.get(Number(number)), what)));
      },
    },
    (event) => {
      if (event.type !== 'scenario') return;
      results[event.result.scenario.index] = event.result;
      looking.onProgress?.({ round: looking.round ?? 0, done: ++done, total: scenarios.length });
    },
  );
  const byProbe = new Map(order.map((index, place) => [index, place]));
  return scenarios.map((_, index) => {
    const place = byProbe.get(index) ?? 0;
    const result = results[place];
    if (result === undefined) return undefined;
    return { result, scenarioId: `${plan.runId}-${place + 1}a`, seen: seen.get(place) ?? new Map() };
  });
}

function merged(before: Seen | undefined, now: Seen): Seen {
  if (before?.kind !== 'reply' || now.kind !== 'reply') return now;
  return { ...now, elapsed: Math.min(before.elapsed, now.elapsed) };
}
