import assert from 'node:assert/strict';
import { fillerPieces, fillUp } from './filler.ts';

describe('fillerPieces()', () => {
  const piece = 78 * 3360;

  for (const size of [2, 3, 79, 80, piece, piece + 1, piece + 2, piece + 3, 3 * piece + 1, 3 * piece + 79])
    it(`gives the ${size} octets that fillUp() adds, in small pieces`, () => {
      const pieces = [...fillerPieces(size)];
      const all = Buffer.concat(pieces);
      assert.equal(all.length, size);
      assert.ok(all.equals(fillUp(Buffer.alloc(0), size)));
      assert.ok(all.subarray(-2).equals(Buffer.from('\r\n')));
      assert.ok(pieces.every(({ length }) => length < piece + 2 * 78));
    });
});
