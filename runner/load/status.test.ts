import assert from 'node:assert/strict';
import { createLatencies, note, recordOf } from './latency.ts';
import type { LoadResult, ScenarioRecord } from './result.ts';
import { statusOf } from './status.ts';

const none = () => 0;

function result(outcomes: ScenarioRecord['outcomes'], more: Partial<LoadResult> = {}): LoadResult {
  return {
    format: 'mailspec-load/1',
    started: '2026-01-01T00:00:00.000Z',
    ended: '2026-01-01T00:00:10.000Z',
    settings: { rate: 10, seconds: 10, connections: 5, processes: 1 },
    interrupted: false,
    hopeless: false,
    notStarted: 0,
    waited: 0,
    scenarios: [{ id: 's#one', name: 'one', file: 's.yaml', line: 3, outcomes, steps: [] }],
    errors: [],
    client: { busy: 0.2, loopDelay: 1 },
    ...more,
  };
}

function late(ms: number): LoadResult['client'] {
  const startDelay = createLatencies();
  note(startDelay, ms);
  return { busy: 0.2, loopDelay: 1, startDelay: recordOf(startDelay) };
}

describe('statusOf()', () => {
  it('is 0 without errors, and 1 with more than are allowed', () => {
    assert.equal(statusOf(result({ passed: 99, skipped: 1, warning: 1 }), none), 0);
    for (const outcome of ['failed', 'errored', 'blocked'] as const)
      assert.equal(statusOf(result({ passed: 99, [outcome]: 1 }), none), 1, outcome);
    const part = (total: number) => total / 100;
    assert.equal(statusOf(result({ passed: 99, failed: 1 }), part), 0);
    assert.equal(statusOf(result({ passed: 98, failed: 2 }), part), 1);
  });

  it('counts scenarios that did not start as errors, unless this machine was too slow', () => {
    const missing = { notStarted: 1 };
    assert.equal(statusOf(result({ passed: 99 }, missing), none), 1);
    assert.equal(statusOf(result({ passed: 99 }, { ...missing, client: late(500) }), none), 3);
    assert.equal(statusOf(result({ passed: 99 }, { ...missing, client: { busy: 1, loopDelay: 0 } }), none), 3);
    assert.equal(statusOf(result({ passed: 99, failed: 1 }, { ...missing, client: late(500) }), none), 1);
  });

  it('is 3 where nothing was tested, and 130 where it was interrupted', () => {
    assert.equal(statusOf(result({ skipped: 5 }), none), 3);
    assert.equal(statusOf(result({ failed: 5 }, { interrupted: true }), none), 130);
  });
});
