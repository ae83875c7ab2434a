import assert from 'node:assert/strict';
import { collectSooner } from './collecting.ts';
import { accepts, keptCode } from './kept-code.test.helper.ts';

const version = process.versions.v8;

describe('collectSooner()', () => {
  let kept: Buffer;

  before(() => {
    // Another test in this process may have set a flag that is cleared here.
    collectSooner(5000, version)();
    kept = keptCode();
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
