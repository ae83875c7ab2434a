import assert from 'node:assert/strict';
import type { Actual } from '../mismatch.ts';
import { mismatchLines } from './mismatch.ts';

/** What is shown of `count` extra lines of this length. */
function extraOf(count: number, length: number): string {
  const extra = Array.from(
    { length: count },
    (_, at): Actual => ({ kind: 'value', value: `${at}`.padEnd(length, 'x') }),
  );
  const lines = mismatchLines({ path: 'lines', expected: { kind: 'reply' }, actual: { kind: 'silence' }, extra });
  return lines.find((line) => /^ *extra:/.test(line)) ?? '';
}

describe('mismatchLines()', () => {
  it('shows as many extra values as can be read, and says how many there are', () => {
    assert.equal(extraOf(2, 3).trim(), 'extra:    "0xx", "1xx"');
    assert.match(extraOf(25, 3), /"19x", and 5 more$/);
    const long = extraOf(97, 200);
    assert.ok(long.length < 1_300, `${long.length}`);
    assert.match(long, /", and 9[0-9] more$/);
  });

  it('shows one, however long', () => {
    assert.match(extraOf(2, 3_000), /"0x+.*, and 1 more$/);
  });
});
