import { createHash } from 'node:crypto';
import type { Durations } from '../durations.ts';
import type { Scenario } from '../plan.ts';
import { idsOf } from '../scenario-id.ts';
import type { Shard } from '../shard.ts';
import type { ShardRequest } from './shard-request.ts';

export interface Sharded {
  /** Numbered anew. */
  readonly scenarios: readonly Scenario[];
  readonly shard: Shard;
}

/**
 * The part of the selected scenarios that belongs to this shard. The same selection and durations give the same parts
 * on every machine, and each scenario is in exactly one part. Scenarios with a common resource stay together, because
 * machines do not wait for each other.
 */
export function takeShard(
  scenarios: readonly Scenario[],
  { index, total }: ShardRequest,
  durations: Durations,
): Sharded {
  const parts = divide(scenarios, total, durations);
  const mine = scenarios.flatMap((scenario, position) =>
    parts[position] === index - 1 ? [{ scenario, position }] : [],
  );
  return {
    scenarios: mine.map(({ scenario }, at) => ({ ...scenario, index: at })),
    shard: {
      index,
      total,
      selected: scenarios.length,
      positions: mine.map(({ position }) => position),
      fingerprint: fingerprintOf(scenarios, parts),
    },
  };
}

/**
 * The part of each scenario, from 0. The longest come first, each to the part with the least so far (Graham's LPT
 * rule).
 */
function divide(scenarios: readonly Scenario[], total: number, durations: Durations): readonly number[] {
  const known = scenarios.map((scenario) => idsOf(scenario).flatMap((id) => durations.get(id) ?? [])[0]);
  const usual = median(known.flatMap((each) => each ?? []));
  const groups = together(scenarios)
    .map((members) => ({
      members,
      weight: members.reduce((sum, at) => sum + (known[at] ?? usual), 0),
      name: members.map((at) => idOf(scenarios, at)).sort(byCode)[0] ?? '',
    }))
    .sort((one, other) => other.weight - one.weight || byCode(one.name, other.name));
  const loads = Array.from({ length: total }, () => ({ weight: 0, count: 0 }));
  const parts: number[] = scenarios.map(() => 0);
  for (const { members, weight } of groups) {
    let least = 0;
    for (const [at, load] of loads.entries()) {
      const best = loads[least];
      if (best && (load.weight < best.weight || (load.weight === best.weight && load.count < best.count))) least = at;
    }
    const load = loads[least];
    if (load === undefined) continue;
    load.weight += weight;
    load.count += members.length;
    for (const at of members) parts[at] = least;
  }
  return parts;
}

/** Groups of scenarios that must stay together. */
function together(scenarios: readonly Scenario[]): readonly (readonly number[])[] {
  const groups: { members: number[]; resources: Set<string> }[] = [];
  for (const [at, { exclusive, shared = [] }] of scenarios.entries()) {
    const names = [...exclusive, ...shared];
    const joined =
      names.length === 0 ? [] : groups.filter(({ resources }) => names.some((each) => resources.has(each)));
    const [first, ...others] = joined;
    if (first === undefined) {
      groups.push({ members: [at], resources: new Set(names) });
      continue;
    }
    first.members.push(at, ...others.flatMap(({ members }) => members));
    for (const each of [...names, ...others.flatMap(({ resources }) => [...resources])]) first.resources.add(each);
    for (const other of others) groups.splice(groups.indexOf(other), 1);
  }
  return groups.map(({ members }) => members);
}

function idOf(scenarios: readonly Scenario[], at: number): string {
  return scenarios[at]?.id ?? '';
}

/** Independent of the machine's language. */
function byCode(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The assumed duration of a scenario without a known one. If none is known, all are equal. */
function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 1;
}

/** Identifies the whole selection, in order, and how it was divided: the same for all shards of a run. */
function fingerprintOf(scenarios: readonly Scenario[], parts: readonly number[]): string {
  const text = JSON.stringify(scenarios.map(({ id }, at) => [id, parts[at]]));
  return createHash('sha256').update(text).digest('hex');
}
