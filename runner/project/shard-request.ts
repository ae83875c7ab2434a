import { ArgumentError } from '../diagnostic.ts';
import type { Env } from '../scenario/plan.ts';

/** One part of a run that is divided among machines, as in `--shard 2/3`. */
export interface ShardRequest {
  /** The number of this part, from 1. */
  readonly index: number;
  /** How many parts there are. */
  readonly total: number;
}

interface CiVariables {
  readonly name: string;
  readonly index: string;
  readonly total: string;
  /** The index of the first job. */
  readonly from: 0 | 1;
}

/** The variables in which CI servers number parallel jobs. GitLab sets the index only under `parallel:`. */
const ciVariables: readonly CiVariables[] = [
  { name: 'GitLab CI', index: 'CI_NODE_INDEX', total: 'CI_NODE_TOTAL', from: 1 },
  { name: 'CircleCI', index: 'CIRCLE_NODE_INDEX', total: 'CIRCLE_NODE_TOTAL', from: 0 },
  { name: 'Buildkite', index: 'BUILDKITE_PARALLEL_JOB', total: 'BUILDKITE_PARALLEL_JOB_COUNT', from: 0 },
  { name: 'Bitbucket', index: 'BITBUCKET_PARALLEL_STEP', total: 'BITBUCKET_PARALLEL_STEP_COUNT', from: 0 },
  { name: 'Semaphore', index: 'SEMAPHORE_JOB_INDEX', total: 'SEMAPHORE_JOB_COUNT', from: 1 },
  // An Indexed Job has only its index, and a matrix has neither: the manifest and the workflow provide the rest.
  { name: 'Kubernetes', index: 'JOB_COMPLETION_INDEX', total: 'JOB_COMPLETIONS', from: 0 },
  { name: 'GitHub Actions', index: 'STRATEGY_JOB_INDEX', total: 'STRATEGY_JOB_TOTAL', from: 0 },
];

/** More machines than anybody has; without this limit a typing error would use up memory. */
const mostShards = 10_000;

/**
 * The requested part, with `auto` replaced by the CI server's values. Throws an `ArgumentError` if they are missing:
 * running everything would look like success.
 */
export function resolveShard(request: ShardRequest | 'auto', env: Env): ShardRequest {
  if (request !== 'auto') return within(request, `--shard ${request.index}/${request.total}`);
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
  if (!Number.isInteger(index) || !Number.isInteger(total))
    throw new ArgumentError(`Cannot use "${shown}": both must be whole numbers`);
  if (total < 1 || total > mostShards)
    throw new ArgumentError(`Cannot use "${shown}": there must be 1 to ${mostShards} shards`);
  if (index < 1 || index > total)
    throw new ArgumentError(`Cannot use "${shown}": the shards are numbered from 1 to ${total}`);
  return { index, total };
}
