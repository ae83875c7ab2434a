import assert from 'node:assert/strict';
import type { Seen } from '../engine/witness.ts';
import { messageTimeExpectation, timeExpectation } from './time-expectation.ts';

const seen = (code: number, elapsed: number): Seen => ({
  kind: 'reply',
  elapsed,
  reply: { protocol: 'smtp', code, raw: Buffer.alloc(0), lines: [''], text: '' },
});

describe('timeExpectation()', () => {
  it('gives quick replies a coarse bound, so that a busy machine is not a change', () => {
    assert.deepEqual(timeExpectation([seen(250, 3), seen(250, 240)]), { code: 250, within: '500ms' });
    assert.deepEqual(timeExpectation([seen(250, 700)]), { code: 250, within: '2s' });
  });

  it('keeps a wait that the server makes on purpose', () => {
    assert.deepEqual(timeExpectation([seen(535, 2_010), seen(535, 2_300)]), {
      code: 535,
      within: '5s',
      after: '500ms',
    });
    assert.deepEqual(timeExpectation([seen(550, 1_004), seen(550, 1_020)]), {
      code: 550,
      within: '3s',
      after: '300ms',
    });
  });

  it('gives waits for whole seconds the same limits, whether they are a little shorter or longer', () => {
    for (const seconds of [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30]) {
      const [early, late] = [-10, 150].map((ms) => timeExpectation([seen(535, seconds * 1_000 + ms)]));
      assert.notEqual(early, undefined);
      assert.deepEqual(early, late, `${seconds} s`);
    }
  });

  it('says nothing where the status is another each time, or where no bound is long enough', () => {
    assert.equal(timeExpectation([seen(250, 3), seen(550, 3)]), undefined);
    assert.equal(timeExpectation([seen(250, 60_000)]), undefined);
    assert.equal(timeExpectation([{ kind: 'closed' }]), undefined);
  });
});

describe('messageTimeExpectation()', () => {
  it('gives what stores a message time, and notices when it is held back', () => {
    assert.deepEqual(messageTimeExpectation([seen(250, 40), seen(250, 1_900)]), { within: '5s' });
    assert.deepEqual(messageTimeExpectation([seen(250, 4_000)]), { within: '10s' });
    assert.equal(messageTimeExpectation([seen(250, 60_000)]), undefined);
    assert.equal(messageTimeExpectation([{ kind: 'closed' }]), undefined);
  });
});
