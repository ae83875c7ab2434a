import assert from 'node:assert/strict';
import fc from 'fast-check';
import { startOfLast } from './last-lines.ts';

describe('startOfLast()', () => {
  it('finds what splitting finds, whether the last line has its end or not', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', '\n'), { maxLength: 30 }), fc.nat(8), (pieces, most) => {
        const text = pieces.join('');
        const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
        const last = most === 0 ? [] : lines.slice(-most);
        const start = startOfLast(Buffer.from(text), most);
        if (most > 0) assert.equal(text.slice(start), last.join(''));
      }),
    );
  });
});
