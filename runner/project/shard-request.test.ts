import assert from 'node:assert/strict';
import { resolveShard } from './shard-request.ts';

describe('resolveShard()', () => {
  it('is what is asked for', () => assert.deepEqual(resolveShard({ index: 2, total: 4 }, {}), { index: 2, total: 4 }));

  for (const [index, total] of [
    [0, 4],
    [5, 4],
    [1, 0],
    [1, 10_001],
    [1.5, 2],
    [1, Number.NaN],
  ] as const) {
    it(`refuses ${index} of ${total}`, () =>
      assert.throws(() => resolveShard({ index, total }, {}), /Cannot use "--shard /));
  }

  const rows: readonly (readonly [env: Readonly<Record<string, string>>, index: number, total: number])[] = [
    [{ CI_NODE_INDEX: '1', CI_NODE_TOTAL: '3' }, 1, 3],
    [{ CIRCLE_NODE_INDEX: '0', CIRCLE_NODE_TOTAL: '3' }, 1, 3],
    [{ BUILDKITE_PARALLEL_JOB: '2', BUILDKITE_PARALLEL_JOB_COUNT: '3' }, 3, 3],
    [{ BITBUCKET_PARALLEL_STEP: '1', BITBUCKET_PARALLEL_STEP_COUNT: '2' }, 2, 2],
    [{ SEMAPHORE_JOB_INDEX: '4', SEMAPHORE_JOB_COUNT: '4' }, 4, 4],
    [{ JOB_COMPLETION_INDEX: '0', JOB_COMPLETIONS: '3' }, 1, 3],
    [{ STRATEGY_JOB_INDEX: '2', STRATEGY_JOB_TOTAL: '3' }, 3, 3],
  ];
  for (const [env, index, total] of rows) {
    it(`is ${index} of ${total} when auto sees ${JSON.stringify(env)}`, () =>
      assert.deepEqual(resolveShard('auto', env), { index, total }));
  }

  it('refuses auto when no CI server says anything, or nonsense', () => {
    assert.throws(() => resolveShard('auto', {}), /no CI server/);
    // An Indexed Job whose manifest does not set the number of jobs.
    assert.throws(() => resolveShard('auto', { JOB_COMPLETION_INDEX: '0' }), /no CI server/);
    // GitLab without "parallel:".
    assert.throws(() => resolveShard('auto', { CI_NODE_TOTAL: '1' }), /no CI server/);
    assert.throws(() => resolveShard('auto', { CI_NODE_INDEX: '', CI_NODE_TOTAL: '2' }), /CI_NODE_INDEX=""/);
    assert.throws(() => resolveShard('auto', { CI_NODE_INDEX: '0', CI_NODE_TOTAL: '2' }), /numbered from 1 to 2/);
  });
});
