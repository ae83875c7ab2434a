import assert from 'node:assert/strict';
import { accounts } from '../../fixtures/servers/accounts.ts';
import { told } from '../../fixtures/testing/play.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../demo-server/server.ts';
import { notPassed, playRecipes } from './recipes.test.helper.ts';

describe('scenarios/recipes against the embedded server', () => {
  let server: EmbeddedServer;
  before(async () => {
    server = await startEmbeddedServer({ accounts: [accounts.alice, accounts.bob] });
  });
  after(() => server.stop());

  it('are green where they apply', async () => {
    const { addresses, ca } = server;
    const at = (url: string) => ({ url, tls: { ca, servername: 'localhost' } });
    const results = await playRecipes({
      servers: { mx: at(addresses.mx), submission: at(addresses.submission), submissions: at(addresses.submissions) },
      variables: {
        domain: 'example.test',
        user: accounts.alice.user,
        recipient: accounts.bob.user,
        relay_domain: 'relay.example',
      },
      secrets: { password: accounts.alice.password },
    });
    assert.deepEqual(notPassed(results).map(told), []);
    assert.ok(results.filter(({ outcome }) => outcome === 'passed').length > 15);
  });
});
