import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { compileLess } from './compiling.ts';
import { accepts, keptCode } from './kept-code.test.helper.ts';

const version = process.versions.v8;

describe('compileLess()', () => {
  let kept: Buffer;
  before(() => {
    // The budget that mailspec starts with. The tests have another one: see fixtures/testing/worker.cjs.
    setFlagsFromString('--interrupt-budget=67584');
    kept = keptCode();
  });

  for (const scenarios of [200, 4000]) {
    it(`changes the flags of V8 for ${scenarios} scenarios, and restores what it has otherwise`, function () {
      if (!version.startsWith('11.3.')) this.skip();
      assert.equal(accepts(kept), true);
      const compileAsUsual = compileLess(scenarios, version);
      try {
        assert.equal(accepts(kept), false);
      } finally {
        compileAsUsual();
      }
      assert.equal(accepts(kept), true);
    });
  }

  for (const [what, scenarios, of] of [
    ['a short run', 199, version],
    ['a run that is long enough to optimise at once', 4001, version],
    ['a version for which nothing was measured', 2000, '99.0.1'],
  ] as const) {
    it(`leaves V8 alone in ${what}`, () => {
      const compileAsUsual = compileLess(scenarios, of);
      assert.equal(accepts(kept), true);
      compileAsUsual();
      assert.equal(accepts(kept), true);
    });
  }
});
