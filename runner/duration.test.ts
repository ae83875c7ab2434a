import assert from 'node:assert/strict';
import { inUnits, inWords, measured } from './duration.ts';

const times = [0, 12.4, 999, 1000, 3210.4, 60_000, 125_000];

describe('milliseconds', () => {
  it('inUnits() has them as scenario files do', () => {
    assert.deepEqual(times.map(inUnits), ['0ms', '12ms', '999ms', '1s', '3.21s', '60s', '125s']);
  });

  it('inWords() tells a limit', () => {
    assert.deepEqual(times.map(inWords), ['0 ms', '12 ms', '999 ms', '1 s', '3.2 s', '60 s', '125 s']);
  });

  it('measured() tells what a clock showed', () => {
    assert.deepEqual(times.map(measured), ['<1 ms', '12 ms', '999 ms', '1.0 s', '3.2 s', '1 min 0 s', '2 min 5 s']);
  });
});
