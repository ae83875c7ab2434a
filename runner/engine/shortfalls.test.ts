import assert from 'node:assert/strict';
import { noOutcomes } from '../outcomes.ts';
import type { ScenarioResult } from '../result.ts';
import type { Shortfall } from '../run-event.ts';
import { countShortfalls, type Demands } from './shortfalls.ts';

const result = (outcome: ScenarioResult['outcome'], id: string, reason?: string) =>
  ({ outcome, ...(reason !== undefined && { reason }), scenario: { id } }) as ScenarioResult;

const results = [
  {
    result: result('skipped', 'sieve#vacation', 'the configuration has no "sieve", "password"'),
    lacks: ['sieve', 'password'],
  },
  { result: result('skipped', 'smtp#later', 'not yet') },
  { result: result('passed', 'smtp#greets') },
];

function shortfallsOf(demands: Demands): readonly Shortfall[] {
  const counting = countShortfalls(demands);
  const counts = noOutcomes();
  for (const { result: each, lacks } of results) {
    counts[each.outcome]++;
    counting.note(each, lacks);
  }
  return counting.shortfalls(counts);
}

describe('countShortfalls()', () => {
  it('countShortfalls() finds nothing when nothing is asked', () => {
    assert.deepEqual(shortfallsOf({ strict: false }), []);
  });

  it('countShortfalls() finds every skip when strict, and names what would allow it', () => {
    assert.deepEqual(shortfallsOf({ strict: true }), [
      { kind: 'skipped', count: 2, names: ['sieve', 'password', 'not yet'] },
    ]);
  });

  it('countShortfalls() lets a skip be when all its names, its text or its id is allowed', () => {
    const left = (...allowSkips: readonly string[]) =>
      shortfallsOf({ strict: true, allowSkips }).flatMap((each) => (each.kind === 'skipped' ? each.names : []));
    assert.deepEqual(left('sieve'), ['password', 'not yet']);
    assert.deepEqual(left('sieve', 'password'), ['not yet']);
    assert.deepEqual(left('not yet', 'sieve#*'), []);
    assert.deepEqual(left('smtp#*'), ['sieve', 'password']);
    assert.deepEqual(left('*'), []);
  });

  it('countShortfalls() finds that too few passed when a number is asked for', () => {
    assert.deepEqual(shortfallsOf({ strict: false, requirePassed: 2 }), [{ kind: 'passed', passed: 1, required: 2 }]);
    assert.deepEqual(shortfallsOf({ strict: false, requirePassed: 1 }), []);
  });
});
