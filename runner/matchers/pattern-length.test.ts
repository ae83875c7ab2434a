import assert from 'node:assert/strict';
import fc from 'fast-check';
import { repeatedLength } from './pattern-length.ts';

describe('repeatedLength()', () => {
  const rows: readonly (readonly [source: string, length: number])[] = [
    ['', 0],
    ['abc', 3],
    ['a{3}', 3],
    ['a{2,7}b', 8],
    ['a{5,}', 5],
    ['(ab){10}', 30],
    ['((a{10}){10}){10}', 1110],
    ['[^]a-z]{100}', 100],
    ['[a-z[:alpha:]]', 1],
    ['\\d{3}\\p{L}{4}\\x{1f4a9}', 8],
    ['\\{3}', 3],
    ['a{', 2],
    ['a{x}', 4],
  ];
  for (const [source, length] of rows) {
    it(`counts ${length} for ${JSON.stringify(source)}`, () => assert.equal(repeatedLength(source), length));
  }

  it('counts something for any text, in linear time', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab(){}[]\\,19^*p') }), (text) => {
        assert.ok(repeatedLength(text) >= 0);
      }),
    );
    for (const unit of ['(', ')', '[', '{', '\\', '[\\', '{1', 'a{9}', '[^]', '[[:'])
      repeatedLength(unit.repeat(100_000));
  });
});
