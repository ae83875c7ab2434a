import assert from 'node:assert/strict';
import type { Value } from '../value.ts';
import { checkExpectation } from './check-expectation.ts';

describe('checkExpectation()', () => {
  const daysLeft = (days: Value) =>
    checkExpectation({ kind: 'check', evidence: { days_left: days } }, ['days_left', 'key']);

  it('expects days enough to renew a certificate in, as far as it has them', () => {
    assert.deepEqual(daysLeft(60), { days_left: { at_least: 14 } });
    assert.deepEqual(daysLeft(3), { days_left: { at_least: 0 } });
  });

  it('writes down of an expired certificate that it has expired', () => {
    assert.deepEqual(daysLeft(-2), { days_left: { at_most: -1 } });
  });
});
