import assert from 'node:assert/strict';
import { meetsGlob } from '../glob.ts';
import { packageRoot } from '../package-root.ts';
import { load } from '../project/load.ts';
import { shippedSuites } from '../project/targets.ts';
import { mayHave } from './only.ts';

describe('mayHave()', () => {
  const packs = ['mailspec:relay', 'mailspec:privacy', 'mailspec:tls/versions'];
  let suites: readonly string[];
  let ids: readonly string[];
  before(async () => {
    suites = await shippedSuites(packs);
    const { plan } = await load({ cwd: packageRoot(), config: 'fixtures/packs/mailspec.yaml', targets: packs }, 'read');
    ids = plan.scenarios.flatMap(({ id }) => [id, `${id}@mx2.example.com:2525`]);
  });

  for (const glob of [
    'relay/recipients#a-nonexistent-mailbox-is-refused',
    'relay/*#a-nonexistent-mailbox-is-refused',
    '*#a-nonexistent-mailbox-is-refused@*',
    'relay/re*',
    '*a-nonexistent-mailbox*',
    '*@mx2.example.com:2525',
    '*s#*@mx2*',
  ])
    it(`leaves out no suite that has ids like ${glob}`, () => {
      const having = suites.filter((suite) => ids.some((id) => id.startsWith(`${suite}#`) && meetsGlob(id, glob)));
      assert.ok(having.length > 0);
      assert.deepEqual(
        having.filter((suite) => !mayHave(suite, glob)),
        [],
      );
    });

  it('leaves out suites that a glob does not name', () => {
    const left = (glob: string) => suites.filter((suite) => mayHave(suite, glob));
    assert.deepEqual(left('relay/recipients#a-nonexistent*'), ['relay/recipients']);
    assert.deepEqual(left('tls/v*'), ['tls/versions']);
    assert.deepEqual(left('relay/x'), []);
  });
});
