import type { Durations } from '../durations.ts';
import type { Scenario } from '../plan.ts';
import { idsOf } from '../scenario-id.ts';
import { provokes } from './hosts.ts';
import { needsOf } from './needs.ts';

/** Milliseconds that a scenario counts for of which no duration is known: half of the shortest that is noted. */
const usual = 50;

/**
 * In which order scenarios start, several at a time: one for each server, then what would otherwise be a tail in which one
 * runs at a time. The same plan and durations give the same order; with nothing to go by, it is the plan's.
 */
export function startOrder(planned: readonly Scenario[], durations: Durations = new Map()): readonly Scenario[] {
  return scoutsFirst(longestFirst(planned, durations));
}

/** Those that must wait for each other, by what their queue takes, and those that took long, by what they took. */
function longestFirst(scenarios: readonly Scenario[], durations: Durations): readonly Scenario[] {
  if (durations.size === 0 && scenarios.every((scenario) => needsOf(scenario).length === 0)) return scenarios;
  const queues = new Map<string, number>();
  const plays = scenarios.map((scenario) => {
    const known = idsOf(scenario).flatMap((id) => durations.get(id) ?? [])[0];
    // Who shares a thing waits for those that have it to themselves, and makes no queue.
    const needs = scenario.skip === undefined ? needsOf(scenario).filter(({ isShared }) => isShared !== true) : [];
    for (const { resource, units, capacity } of needs)
      queues.set(resource, (queues.get(resource) ?? 0) + ((known ?? usual) * Math.min(units, capacity)) / capacity);
    return { scenario, known, needs };
  });
  return plays
    .map(({ scenario, known = 0, needs }) => ({
      scenario,
      length: Math.max(known, ...needs.map(({ resource }) => queues.get(resource) ?? 0)),
    }))
    .sort((one, other) => other.length - one.length)
    .map(({ scenario }) => scenario);
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
