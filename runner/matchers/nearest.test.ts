import assert from 'node:assert/strict';
import type { Mismatch } from '../mismatch.ts';
import { findNearest } from './nearest.ts';
import { differing as differingWith, type Verdict } from './verdict.ts';

const at = (path: string, ...missing: readonly string[]): Mismatch => ({
  path,
  expected: { kind: 'words', words: 'x' },
  actual: { kind: 'words', words: 'y' },
  missing: missing.map((name) => ({ kind: 'name', name })),
});
const differing = (...mismatches: readonly Mismatch[]) => differingWith(() => mismatches);
const nearestOf = (...verdicts: readonly Verdict[]): number | undefined =>
  findNearest(verdicts, (index) => `[${index}]`)?.index;

describe('matchers/nearest', () => {
  it('findNearest() takes the one with the fewest differences, of equals the first', () => {
    assert.equal(nearestOf(differing(at('[0].a'), at('[0].b')), differing(at('[1].a')), differing(at('[2].b'))), 1);
  });

  it('findNearest() holds a part that is not there for farther off than one that differs', () => {
    assert.equal(nearestOf(differing(at('[0].a', 'a')), differing(at('[1].a'))), 1);
  });

  it('findNearest() takes none where all differ as a whole', () => {
    assert.equal(nearestOf(differing(at('[0]')), differing(at('[1]'))), undefined);
    assert.equal(nearestOf(), undefined);
  });
});
