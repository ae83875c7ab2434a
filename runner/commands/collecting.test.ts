import assert from 'node:assert/strict';
import { Script } from 'node:vm';
import { collectSooner } from './collecting.ts';

const version = process.versions.v8;
/** Different in each call, with another number of digits than in other tests: see compiling.test.ts. */
let compiled = 1000;

/** Whether V8 accepts code that it compiled with the flags that `kept` was compiled with. */
function accepts(cachedData: Buffer): boolean {
  return new Script(`(${compiled++})`, { cachedData }).cachedDataRejected === false;
}

describe('collectSooner()', () => {
  let kept: Buffer;

  before(() => {
    // Another test in this process may have set a flag that is cleared here.
    collectSooner(5000, version)();
    kept = new Script(`(${compiled++})`).createCachedData();
  });

  it('changes the flags of V8 for a long run, and restores them', function () {
    if (!version.startsWith('11.3.')) this.skip();
    const collectAsUsual = collectSooner(5000, version);
    try {
      assert.equal(accepts(kept), false);
    } finally {
      collectAsUsual();
    }
    assert.equal(accepts(kept), true);
  });

  for (const [what, scenarios, of] of [
    ['a run of ordinary length', 4999, version],
    ['a version for which nothing was measured', 100_000, '99.0.1'],
  ] as const) {
    it(`leaves V8 alone in ${what}`, () => {
      const collectAsUsual = collectSooner(scenarios, of);
      assert.equal(accepts(kept), true);
      collectAsUsual();
      assert.equal(accepts(kept), true);
    });
  }
});
