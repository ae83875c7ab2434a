import assert from 'node:assert/strict';
import { byIdentity } from './by-identity.ts';

describe('byIdentity()', () => {
  it('makes the same once for each object, and not for an equal one', () => {
    let made = 0;
    const numbered = byIdentity((_: readonly string[]) => ++made);
    const list = ['a'];
    assert.deepEqual([numbered(list), numbered(['a']), numbered(list)], [1, 2, 1]);
  });

  it('keeps undefined as well', () => {
    let made = 0;
    const nothing = byIdentity((_: object) => void made++);
    const key = {};
    nothing(key);
    nothing(key);
    assert.equal(made, 1);
  });

  it('tries again after an error', () => {
    let tries = 0;
    const flaky = byIdentity((_: object) => {
      if (++tries === 1) throw new Error('not yet');
      return tries;
    });
    const key = {};
    assert.throws(() => flaky(key), /not yet/);
    assert.equal(flaky(key), 2);
  });
});
