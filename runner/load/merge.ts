import { grouped } from '../grouped.ts';
import { type LatencyRecord, mergedRecord } from './latency.ts';
import type { ErrorRecord, LoadResult, ScenarioRecord, StepRecord } from './result.ts';

/** Merges the results of several processes or machines as if one process had run everything. Needs at least one. */
export function mergeResults(results: readonly LoadResult[]): LoadResult {
  const all = <Value>(pick: (result: LoadResult) => Value) => results.map(pick);
  const rates = results.flatMap(({ settings: { rate } }) => (rate === undefined ? [] : [rate]));
  const startDelay = merged(all(({ client }) => client.startDelay));
  return {
    format: 'mailspec-load/1',
    started: all(({ started }) => started).sort()[0] as string,
    ended: all(({ ended }) => ended)
      .sort()
      .at(-1) as string,
    settings: {
      ...(rates.length === results.length && { rate: Number(sum(rates).toPrecision(12)) }),
      seconds: Math.max(...all(({ settings }) => settings.seconds)),
      connections: sum(all(({ settings }) => settings.connections)),
      processes: sum(all(({ settings }) => settings.processes)),
    },
    interrupted: results.some(({ interrupted }) => interrupted),
    hopeless: results.some(({ hopeless }) => hopeless),
    notStarted: sum(all(({ notStarted }) => notStarted)),
    waited: sum(all(({ waited }) => waited)),
    scenarios: grouped(
      results.flatMap(({ scenarios }) => scenarios),
      ({ id }) => id,
    ).map(mergeScenarios),
    errors: grouped(
      results.flatMap(({ errors }) => errors),
      keyOf,
    )
      .map(mergeErrors)
      .sort((a, b) => b.count - a.count),
    client: {
      busy: Math.max(...all(({ client }) => client.busy)),
      loopDelay: Math.max(...all(({ client }) => client.loopDelay)),
      ...(startDelay && { startDelay }),
    },
  };
}

function mergeScenarios(same: readonly [ScenarioRecord, ...ScenarioRecord[]]): ScenarioRecord {
  const [{ id, name, file, line }] = same;
  const outcomes: Record<string, number> = {};
  for (const each of same)
    for (const [outcome, count] of Object.entries(each.outcomes)) outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
  const latency = merged(same.map((each) => each.latency));
  const service = merged(same.map((each) => each.service));
  const failed = merged(same.map((each) => each.failed));
  const steps = same.flatMap((each) => each.steps.map((step, place) => ({ step, place })));
  return {
    ...{ id, name, file, line, outcomes },
    ...(latency && { latency }),
    ...(service && { service }),
    ...(failed && { failed }),
    steps: grouped(steps, ({ step, place }) => `${place} ${step.label}`).map((group) =>
      mergeSteps(group.map(({ step }) => step) as [StepRecord, ...StepRecord[]]),
    ),
  };
}

function mergeSteps(same: readonly [StepRecord, ...StepRecord[]]): StepRecord {
  const [{ label, line }] = same;
  const latency = merged(same.map((each) => each.latency));
  return { label, line, ...(latency && { latency }) };
}

function mergeErrors(same: readonly [ErrorRecord, ...ErrorRecord[]]): ErrorRecord {
  return { ...same[0], count: sum(same.map(({ count }) => count)) };
}

/** Messages may contain names from the run, so place and kind identify an error. */
function keyOf({ scenario, code, file, line, status }: ErrorRecord): string {
  return JSON.stringify([scenario, code, file, line, status]);
}

function merged(records: readonly (LatencyRecord | undefined)[]): LatencyRecord | undefined {
  const some = records.filter((record) => record !== undefined);
  return some.length === 0 ? undefined : mergedRecord(some);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}
