import assert from 'node:assert/strict';
import { parallelFor } from './survey.ts';

describe('parallelFor()', () => {
  it('asks two things of each server at a time, never fewer than eight and never more than twenty', () => {
    assert.deepEqual([1, 4, 5, 9, 10, 30].map(parallelFor), [8, 8, 10, 18, 20, 20]);
  });
});
