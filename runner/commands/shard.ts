import { createHash } from 'node:crypto';
import type { Scenario, Shard } from '../plan.ts';
import { ArgumentError } from './arguments.ts';
import type { Arguments, Terminal } from './command.ts';

/** `--shard I/N`: the part and how many there are, from 1. */
export interface ShardRequest {
  readonly index: number;
  readonly total: number;
}

interface CiVariables {
  readonly name: string;
  readonly index: string;
  readonly total: string;
  /** What the first job's index is. */
  readonly from: 0 | 1;
}

/** Where CI servers say which of their parallel jobs this is. GitLab sets the index only under `parallel:`. */
const ciVariables: readonly CiVariables[] = [
  { name: 'GitLab CI', index: 'CI_NODE_INDEX', total: 'CI_NODE_TOTAL', from: 1 },
  { name: 'CircleCI', index: 'CIRCLE_NODE_INDEX', total: 'CIRCLE_NODE_TOTAL', from: 0 },
  { name: 'Buildkite', index: 'BUILDKITE_PARALLEL_JOB', total: 'BUILDKITE_PARALLEL_JOB_COUNT', from: 0 },
  { name: 'Bitbucket', index: 'BITBUCKET_PARALLEL_STEP', total: 'BITBUCKET_PARALLEL_STEP_COUNT', from: 0 },
  { name: 'Semaphore', index: 'SEMAPHORE_JOB_INDEX', total: 'SEMAPHORE_JOB_COUNT', from: 1 },
];

/** More machines than anybody has; a typing mistake otherwise costs memory. */
const mostShards = 10_000;

/** What `--shard` asks for. Throws an `ArgumentError` where it can't be known: running everything would look like success. */
export function requestedShard(args: Arguments, env: Terminal['env']): ShardRequest | undefined {
  const text = args.value('shard');
  if (text === undefined) {
    if (args.has('shard-durations')) throw new ArgumentError('Cannot use "--shard-durations" without "--shard"');
    return undefined;
  }
  if (text === 'auto') return automatic(env);
  const [, index, total] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (index === undefined || total === undefined) {
    throw new ArgumentError(
      `Cannot use "--shard ${text}": it is no part of a whole`,
      'Write I/N, as in "--shard 2/4", or "--shard auto"',
    );
  }
  return within({ index: Number(index), total: Number(total) }, `--shard ${text}`);
}

function automatic(env: Terminal['env']): ShardRequest {
  for (const { name, index, total, from } of ciVariables) {
    const [one, all] = [env[index], env[total]];
    if (one === undefined || all === undefined) continue;
    if (!/^\d+$/.test(one) || !/^\d+$/.test(all))
      throw new ArgumentError(`Cannot use "--shard auto": ${name} says ${index}="${one}", ${total}="${all}"`);
    return within(
      { index: Number(one) + 1 - from, total: Number(all) },
      `--shard auto (${index}=${one}, ${total}=${all})`,
    );
  }
  throw new ArgumentError(
    'Cannot use "--shard auto": no CI server says which of its jobs this is',
    `It reads ${ciVariables.map(({ index, total }) => `${index} and ${total}`).join(', ')}; elsewhere write "--shard I/N"`,
  );
}

function within({ index, total }: ShardRequest, shown: string): ShardRequest {
  if (total < 1 || total > mostShards)
    throw new ArgumentError(`Cannot use "${shown}": there must be 1 to ${mostShards} shards`);
  if (index < 1 || index > total)
    throw new ArgumentError(`Cannot use "${shown}": the shards are numbered from 1 to ${total}`);
  return { index, total };
}

/** Milliseconds, by the scenario's id. */
export type Durations = ReadonlyMap<string, number>;

export interface Sharded {
  /** Numbered again. */
  readonly scenarios: readonly Scenario[];
  readonly shard: Shard;
}

/**
 * The part of the selected scenarios that is this shard's. The same selection and durations give the same parts on
 * every machine, and each scenario is in exactly one. Scenarios that share an `exclusive` resource stay together:
 * machines don't wait for each other.
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

/** Which part each scenario is in, from 0: the longest first, each to the part that has least (Graham's LPT rule). */
function divide(scenarios: readonly Scenario[], total: number, durations: Durations): readonly number[] {
  const usual = median(scenarios.flatMap(({ id }) => durations.get(id) ?? []));
  const groups = together(scenarios)
    .map((members) => ({
      members,
      weight: members.reduce((sum, at) => sum + (durations.get(idOf(scenarios, at)) ?? usual), 0),
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

/** Scenarios by what must not be torn apart. */
function together(scenarios: readonly Scenario[]): readonly (readonly number[])[] {
  const groups: { members: number[]; resources: Set<string> }[] = [];
  for (const [at, { exclusive }] of scenarios.entries()) {
    const joined =
      exclusive.length === 0 ? [] : groups.filter(({ resources }) => exclusive.some((each) => resources.has(each)));
    const [first, ...others] = joined;
    if (first === undefined) {
      groups.push({ members: [at], resources: new Set(exclusive) });
      continue;
    }
    first.members.push(at, ...others.flatMap(({ members }) => members));
    for (const each of [...exclusive, ...others.flatMap(({ resources }) => [...resources])]) first.resources.add(each);
    for (const other of others) groups.splice(groups.indexOf(other), 1);
  }
  return groups.map(({ members }) => members);
}

function idOf(scenarios: readonly Scenario[], at: number): string {
  return scenarios[at]?.id ?? '';
}

/** The same in every language that a machine is set to. */
function byCode(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** What a scenario takes of which nothing is known; without any known, all are alike. */
function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 1;
}

/** Of the whole selection, in its order, and how it was divided: what all shards of one run have in common. */
function fingerprintOf(scenarios: readonly Scenario[], parts: readonly number[]): string {
  const text = JSON.stringify(scenarios.map(({ id }, at) => [id, parts[at]]));
  return createHash('sha256').update(text).digest('hex');
}
