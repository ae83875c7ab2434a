import assert from 'node:assert/strict';
import { accounts } from '../../fixtures/servers/accounts.ts';
import { type MailServer, sharedMailServer, startMailServer } from '../../fixtures/servers/mail-server.ts';
import { describeServers } from '../../fixtures/servers/missing.ts';
import { told } from '../../fixtures/testing/play.ts';
import { failureText } from '../reporters/failure.ts';
import type { ScenarioResult } from '../result.ts';
import { notPassed, playRecipes } from './recipes.test.helper.ts';

function configFor({ urls, ca, domain, logFile }: MailServer): object {
  const server = (name: 'mx' | 'submission' | 'submissions') => ({ url: urls[name], tls: { ca } });
  return {
    servers: { mx: server('mx'), submission: server('submission'), submissions: server('submissions') },
    variables: { domain, user: accounts.alice.user, recipient: accounts.bob.user, relay_domain: 'relay.example' },
    secrets: { password: accounts.alice.password },
    logs: [logFile],
  };
}

const ids = (results: readonly ScenarioResult[]) => results.map(({ scenario }) => scenario.id).sort();
const tagged = (results: readonly ScenarioResult[], tag: string, suite = /./) =>
  results.filter(({ scenario }) => scenario.tags.includes(tag) && suite.test(scenario.suite.id));

describeServers(['postfix', 'dovecot'], 'scenarios/recipes against Postfix', () => {
  it('are green', async () => {
    const results = await playRecipes(configFor(await sharedMailServer()));
    assert.ok(results.length > 20);
    assert.deepEqual(notPassed(results).map(told), []);
  });

  it('turn exactly the plaintext scenarios red where AUTH is offered before TLS, and show line, reply and log', async () => {
    const server = await startMailServer({ main: { smtpd_tls_auth_only: 'no' } });
    try {
      const results = await playRecipes(configFor(server));
      const red = notPassed(results);
      assert.ok(red.length > 0);
      assert.deepEqual(ids(red), ids(tagged(results, 'plaintext')), red.map(told).join('\n\n'));
      assert.deepEqual([...new Set(red.map(({ outcome }) => outcome))], ['failed']);
      for (const result of await playRecipes(configFor(server), ids(red))) {
        const text = failureText(result);
        assert.match(text, /--> scenarios\/recipes\/smtp-auth\.yaml:\d+:\d+/);
        assert.match(text, /\n *\d+ \| +expect: \{ code: /);
        assert.match(text, /S 250-AUTH PLAIN LOGIN|S 334 VXNlcm5hbWU6/);
        assert.match(text, /postfix\/submission\/smtpd\[\d+\]: connect from /, text);
        assert.match(text, /rerun: mailspec run scenarios\/recipes\/smtp-auth\.yaml:\d+/);
      }
    } finally {
      await server.stop();
    }
  });

  it('turn exactly the relay scenarios red where the client is trusted', async () => {
    const server = await startMailServer({ main: { mynetworks: '127.0.0.0/8' } });
    try {
      const results = await playRecipes(configFor(server));
      const red = notPassed(results);
      assert.ok(red.length > 0);
      // Submission asks for a login, whatever the client's address.
      assert.deepEqual(ids(red), ids(tagged(results, 'relay', /policy/)), red.map(told).join('\n\n'));
      assert.match(failureText(red[0] as ScenarioResult), /S 250 2\.1\.5 Ok/);
    } finally {
      await server.stop();
    }
  });
});
