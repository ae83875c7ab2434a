import assert from 'node:assert/strict';
import { peers } from '../../fixtures/testing/peer.ts';
import { playSteps, told } from '../../fixtures/testing/play.ts';
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

describe('a message of a gigabyte', () => {
  const { listen } = peers();

  it('is made while it is sent: what a server has not read yet takes no memory', async () => {
    const before = process.memoryUsage().arrayBuffers;
    // The growth may be negative, if older buffers were collected meanwhile.
    let kept = Number.POSITIVE_INFINITY;
    const peer = await listen(async (talk) => {
      talk.write('220 peer\r\n354 go on\r\n');
      await talk.take(2 * 1024 * 1024);
      kept = process.memoryUsage().arrayBuffers - before;
      talk.reset();
    });
    const result = await playSteps('- expect: 220\n- expect: 354\n- message: { size: 1GiB }\n  expect: 250', {
      server: peer.url(),
    });
    assert.equal(result.problem?.code, 'connection.closed', told(result));
    assert.ok(kept < 64 * 1024 * 1024, `${kept}`);
  });
});
