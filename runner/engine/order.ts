import type { Durations } from '../durations.ts';
import type { Scenario } from '../plan.ts';
import { idsOf } from '../scenario-id.ts';
import { provokes } from './hosts.ts';
import { type Need, needsOf } from './needs.ts';

/** Milliseconds that are assumed for a scenario without a known duration: half of the shortest that is recorded. */
const usual = 50;

export interface Past {
  /** The number of scenarios that run at a time. */
  readonly parallel: number;
  /** Earlier durations; absent if they are not known. */
  readonly durations?: Durations | undefined;
}

/**
 * The order in which scenarios start: first one for each server, then those that must wait for each other, and all
 * others early enough. The same plan and durations give the same order; without durations it is the plan's.
 */
export function startOrder(
  planned: readonly Scenario[],
  { parallel, durations = new Map() }: Past,
): readonly Scenario[] {
  if (durations.size === 0 && planned.every((scenario) => needsOf(scenario).length === 0)) return scoutsFirst(planned);
  const queues = new Map<string, number>();
  const all = planned.map((scenario): Timed => {
    const took = idsOf(scenario).flatMap((id) => durations.get(id) ?? [])[0] ?? usual;
    // Scenarios that share a resource wait for those that have it exclusively, but do not form a queue.
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

/**
 * Queues of scenarios that must wait for each other, the longest first: otherwise they would run one at a time at the
 * end.
 */
function longestFirst(all: readonly Timed[], queues: ReadonlyMap<string, number>): readonly Timed[] {
  const lengthOf = ({ needs }: Timed) => Math.max(...needs.map(({ resource }) => queues.get(resource) ?? 0));
  return all
    .flatMap((each) => (each.needs.length === 0 ? [] : { each, length: lengthOf(each) }))
    .sort((one, other) => other.length - one.length)
    .map(({ each }) => each);
}

/**
 * The others in their order, except that long ones start early enough to end with the run. Starting all long ones first
 * would run the heavy ones at once: with the packs, that took three times the memory, and longer.
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
 * One scenario for each server first, so that it is known whether a server can be used while the others are tested. A
 * silent server would otherwise delay the end of the run.
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
