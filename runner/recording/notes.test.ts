import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createNotes } from './notes.ts';

describe('createNotes()', () => {
  it('reads the same lines however their octets are cut', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\r', '\n', 'ü', '\0'), maxLength: 40 });
    const lines = (pieces: readonly Buffer[]) => {
      const notes = createNotes(() => 0);
      for (const piece of pieces) notes.octets('client', piece);
      return notes.finish();
    };
    fc.assert(
      fc.property(text, fc.array(fc.nat(60), { maxLength: 5 }), (said, cuts) => {
        const octets = Buffer.from(said);
        const at = [0, ...cuts.sort((a, b) => a - b), octets.length];
        const pieces = at.slice(1).map((end, index) => octets.subarray(at[index], end));
        assert.deepEqual(lines(pieces), lines([octets]));
      }),
    );
  });
});
