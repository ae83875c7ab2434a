import assert from 'node:assert/strict';
import { load } from '../project/load.ts';
import { firstScenario } from './first-scenario.ts';
import { roleFacts, roles } from './roles.ts';

describe('firstScenario()', () => {
  for (const role of roles) {
    it(`writes a scenario for ${role} that can be run`, async () => {
      const { plan } = await load({
        env: {},
        config: { path: 'mailspec.yaml', text: `servers: { ${role}: "${roleFacts[role].scheme}://mail.test" }` },
        targets: [{ path: 'scenarios/first.yaml', text: firstScenario(role) }],
      });
      assert.deepEqual(
        plan.scenarios.map(({ dialogue }) => dialogue.length),
        [3],
      );
    });
  }
});
