import type { Durations } from '../durations.ts';
import type { Scenario } from '../plan.ts';
import { idsOf } from '../scenario-id.ts';
import { provokes } from './hosts.ts';
import { type Need, needsOf } from './needs.ts';

/** Milliseconds that a scenario counts for of which no duration is known: half of the shortest that is noted. */
const usual = 50;

export interface Past {
  /** Scenarios at a time. */
  readonly parallel: number;
  /** What they took before; nothing where that is not known. */
  readonly durations?: Durations | undefined;
}

/**
 * In which order scenarios start, several at a time: one for each server, those that wait for each other, and all others
 * early enough. The same plan and durations give the same order; with nothing to go by, it is the plan's.
 */
export function startOrder(
  planned: readonly Scenario[],
  { parallel, durations = new Map() }: Past,
): readonly Scenario[] {
  if (durations.size === 0 && planned.every((scenario) => needsOf(scenario).length === 0)) return scoutsFirst(planned);
  const queues = new Map<string, number>();
  const all = planned.map((scenario): Timed => {
    const took = idsOf(scenario).flatMap((id) => durations.get(id) ?? [])[0] ?? usual;
    // Who shares a thing waits for those that have it to themselves, and makes no queue.
    const needs = scenario.skip === undefined ? needsOf(scenario).filter(({ isShared }) => isShared !== true) : [];
    for (const { resource, units, capacity } of needs)
      queues.set(resource, (queues.get(resource) ?? 0) + (took * Math.min(units, capacity)) / capacity);
    return { scenario, took, needs };
  });
  const end = Math.max(sumOf(all) / parallel, ...queues.values());
  const queued = longestFirst(all, queues);
  return scoutsFirst([...queued, ...inTime(all, end)].map(({ scenario }) => scenario));
}

interface Timed {
  readonly scenario: Scenario;
  readonly took: number;
  readonly needs: readonly Need[];
}

/** Those that must wait for each other, by what their queue takes: they would be a tail in which one runs at a time. */
function longestFirst(all: readonly Timed[], queues: ReadonlyMap<string, number>): readonly Timed[] {
  const lengthOf = ({ needs }: Timed) => Math.max(...needs.map(({ resource }) => queues.get(resource) ?? 0));
  return all
    .flatMap((each) => (each.needs.length === 0 ? [] : { each, length: lengthOf(each) }))
    .sort((one, other) => other.length - one.length)
    .map(({ each }) => each);
}

/**
 * The others in their order, but for those that would end after all: these start so early that they end with the run. All
 * long ones first would be the heavy ones at once: of the packs, that took three times the memory, and longer.
 */
function inTime(all: readonly Timed[], expected: number): readonly Timed[] {
  const others = all.filter(({ needs }) => needs.length === 0);
  const sum = sumOf(others);
  const end = others.reduce((most, { took }) => Math.max(most, took), expected);
  let before = 0;
  return others
    .map((each) => {
      const start = Math.min((before / sum) * end, end - each.took);
      before += each.took;
      return { each, start };
    })
    .sort((one, other) => one.start - other.start)
    .map(({ each }) => each);
}

function sumOf(all: readonly Timed[]): number {
  return all.reduce((sum, { took }) => sum + took, 0);
}

/**
 * One for each server before all others: whether a server can be used is learned while the others are tested. One that is
 * silent would otherwise keep the run waiting at its end.
 */
function scoutsFirst(scenarios: readonly Scenario[]): readonly Scenario[] {
  const scouts = new Map<string, Scenario>();
  for (const scenario of scenarios) {
    const [first] = scenario.connections.values();
    if (first === undefined || scouts.has(first.label) || scenario.skip !== undefined || provokes(scenario)) continue;
    scouts.set(first.label, scenario);
  }
  if (scouts.size < 2) return scenarios;
  const chosen = new Set(scouts.values());
  return [...chosen, ...scenarios.filter((each) => !chosen.has(each))];
}
