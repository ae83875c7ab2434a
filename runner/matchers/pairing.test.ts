import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pair } from './pairing.ts';

describe('matchers/pairing', () => {
  it('pair() moves an item to another element where a later one needs its', () => {
    assert.deepEqual(pair([[0, 1], [0]], [true, true]).elementOf, [1, 0]);
  });

  it('pair() leaves an optional element alone where a required one is met as well', () => {
    assert.deepEqual(pair([[0, 1]], [false, true]), { elementOf: [1], unmatched: [], left: [] });
    assert.deepEqual(
      pair(
        [
          [0, 1],
          [1, 2],
        ],
        [false, true, true],
      ),
      { elementOf: [1, 2], unmatched: [], left: [] },
    );
  });

  it('pair() tells what has no partner', () => {
    assert.deepEqual(pair([[0], [0], []], [true, true, false]), {
      elementOf: [0, undefined, undefined],
      unmatched: [1, 2],
      left: [1],
    });
  });

  it('pair() finds the largest pairing, and among those one with the most required elements', () => {
    const items = fc.array(fc.uniqueArray(fc.nat(4), { maxLength: 5 }), { maxLength: 4 });
    const required = fc.array(fc.boolean(), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(items, required, (candidates, needs) => {
        const { elementOf, unmatched, left } = pair(candidates, needs);
        const used = elementOf.filter((element) => element !== undefined);
        assert.equal(new Set(used).size, used.length);
        for (const [item, element] of elementOf.entries()) {
          if (element !== undefined) assert.ok(candidates[item]?.includes(element));
        }
        assert.deepEqual(
          unmatched,
          [...elementOf.keys()].filter((item) => elementOf[item] === undefined),
        );
        assert.deepEqual(
          left,
          [0, 1, 2, 3, 4].filter((element) => needs[element] && !used.includes(element)),
        );
        const best = everyPairing(candidates).map((pairing) => ({
          size: pairing.length,
          needed: pairing.filter((element) => needs[element]).length,
        }));
        const largest = Math.max(...best.map(({ size }) => size));
        assert.equal(used.length, largest);
        const most = Math.max(...best.filter(({ size }) => size === largest).map(({ needed }) => needed));
        assert.equal(used.filter((element) => needs[element]).length, most);
      }),
      { numRuns: 500 },
    );
  });
});

/** The elements used by each possible pairing, found by brute force. */
function everyPairing(candidates: readonly (readonly number[])[], taken: readonly number[] = []): number[][] {
  const [first, ...more] = candidates;
  if (first === undefined) return [[...taken]];
  const without = everyPairing(more, taken);
  const along = first
    .filter((element) => !taken.includes(element))
    .flatMap((element) => everyPairing(more, [...taken, element]));
  return [...without, ...along];
}
