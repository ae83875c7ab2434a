import { counted } from '../phrase.ts';
import { type LatencyRecord, mergedRecord } from './latency.ts';
import type { LoadResult, ScenarioRecord } from './result.ts';

export interface Row {
  /** 0 for a scenario, 1 for a part of it. */
  readonly level: 0 | 1;
  readonly name: string;
  readonly cells: readonly string[];
}

export const columns = ['count', 'p50', 'p90', 'p99', 'p99.9', 'max'] as const;

/**
 * A row for each scenario that ran and for its measured parts; if there are several, a row for all before them. Times
 * are in milliseconds.
 */
export function rowsOf({ scenarios, settings }: LoadResult, withSteps: boolean): readonly Row[] {
  const ran = scenarios.filter(({ outcomes }) => Object.keys(outcomes).length > 0);
  const latencies = ran.flatMap(({ latency }) => latency ?? []);
  return [
    ...(latencies.length > 1
      ? [{ level: 0 as const, name: 'all scenarios', cells: cellsOf(mergedRecord(latencies)) }]
      : []),
    ...ran.flatMap((scenario) => rowsOfScenario(scenario, settings.rate !== undefined, withSteps)),
  ];
}

function rowsOfScenario(scenario: ScenarioRecord, isScheduled: boolean, withSteps: boolean): readonly Row[] {
  const { name, latency, service, failed, steps } = scenario;
  return [
    { level: 0, name, cells: cellsOf(latency) },
    ...(withSteps && isScheduled && service ? [part('without the wait for its start', service)] : []),
    ...(withSteps ? steps.flatMap((step) => (step.latency ? [part(step.label, step.latency)] : [])) : []),
    ...(failed ? [part('not passed', failed)] : []),
  ];
}

function part(name: string, record: LatencyRecord): Row {
  return { level: 1, name, cells: cellsOf(record) };
}

function cellsOf(record: LatencyRecord | undefined): readonly string[] {
  if (record === undefined) return ['0', ...columns.slice(1).map(() => '')];
  const { count, p50, p90, p99, p999, max } = record;
  return [counted(count), ...[p50, p90, p99, p999, max].map(milliseconds)];
}

/** At least three significant digits: `0.12`, `1.23`, `12.3`, `123`, `1,234`. */
export function milliseconds(ms: number): string {
  if (ms < 9.995) return ms.toFixed(2);
  return ms < 99.95 ? ms.toFixed(1) : counted(Math.round(ms));
}
