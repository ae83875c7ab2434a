import assert from 'node:assert/strict';
import type { Seen } from '../engine/witness.ts';
import { messageTimeExpectation, timeExpectation } from './time-expectation.ts';

const seen = (code: number, elapsed: number): Seen => ({
  kind: 'reply',
  elapsed,
  reply: { protocol: 'smtp', code, raw: Buffer.alloc(0), lines: [''], text: '' },
});

/** What commands and passwords that took this many seconds get. */
const limits = (seconds: number, works = false) => timeExpectation([seen(535, seconds * 1_000)], works);

describe('timeExpectation()', () => {
  it('gives quick replies wide limits, so that a busy machine is not a change', () => {
    assert.deepEqual(timeExpectation([seen(250, 3), seen(250, 230)], false), { code: 250, within: '500ms' });
    assert.deepEqual(timeExpectation([seen(250, 700)], false), { code: 250, within: '2s' });
    assert.deepEqual(timeExpectation([seen(535, 3)], true), { code: 535, within: '2s' });
  });

  it('keeps a wait that the server makes on purpose, between about half and twice of it', () => {
    assert.deepEqual(limits(1.004), { code: 535, within: '3s', after: '300ms' });
    assert.deepEqual(limits(2.01), { code: 535, within: '6s', after: '600ms' });
    assert.deepEqual(limits(3.01), { code: 535, within: '7500ms', after: '1300ms' });
    assert.deepEqual(limits(5.01), { code: 535, within: '12s', after: '2300ms' });
    assert.deepEqual(timeExpectation([seen(535, 5_500), seen(535, 3_010)], false), limits(3.01));
  });

  it('notices a delay that is gone, or that has become 2.7 times as long', () => {
    for (const seconds of [3, 5, 8, 10, 15]) {
      const { within, after } = limits(seconds, true) as { within: string; after: string };
      assert.ok(seconds * 2.7 > Number.parseFloat(within) / (within.endsWith('ms') ? 1_000 : 1), within);
      assert.match(after, /^[1-9]/);
    }
  });

  it('gives waits for whole seconds the same limits, whether they are a little shorter or longer', () => {
    for (const seconds of [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30]) {
      const early = limits(seconds - 0.01);
      assert.notEqual(early, undefined);
      assert.deepEqual(early, limits(seconds + 0.3), `${seconds} s`);
      assert.deepEqual(limits(seconds - 0.01, true), limits(seconds + 0.5, true), `${seconds} s for a password`);
    }
  });

  it("gives Dovecot's waits after a wrong password the same limits, although they are up to a second shorter", () => {
    for (const seconds of [2, 4, 6, 8, 12, 15])
      assert.deepEqual(limits(seconds - 0.99, true), limits(seconds + 0.5, true), `${seconds} s`);
  });

  it('says nothing where the status is another each time, or where no bound is long enough', () => {
    assert.equal(timeExpectation([seen(250, 3), seen(550, 3)], false), undefined);
    assert.equal(timeExpectation([seen(250, 60_000)], false), undefined);
    assert.equal(timeExpectation([{ kind: 'closed' }], false), undefined);
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
