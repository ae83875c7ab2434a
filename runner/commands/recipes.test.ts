import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accounts } from '../../fixtures/servers/accounts.ts';
import { type MailServer, sharedMailServer, startMailServer } from '../../fixtures/servers/mail-server.ts';
import { describeServers } from '../../fixtures/servers/missing.ts';
import { told } from '../../fixtures/testing/play.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../demo-server/server.ts';
import { run } from '../engine/run.ts';
import { packageRoot } from '../package-root.ts';
import { failureText } from '../reporters/failure.ts';
import type { ScenarioResult } from '../result.ts';
import { plan, readConfig } from '../scenario/plan.ts';

const smtpRecipes = readdirSync(join(packageRoot(), 'scenarios', 'recipes')).filter((file) =>
  /^smtp-.*\.yaml$/.test(file),
);

/** Plays the SMTP recipes with a configuration of this content. */
async function playRecipes(config: object, only?: readonly string[]): Promise<readonly ScenarioResult[]> {
  const root = packageRoot();
  const { config: read } = readConfig({ path: 'mailspec.yaml', text: JSON.stringify(config) }, root, {
    env: {},
    profile: undefined,
  });
  const files = smtpRecipes.map((name) => ({
    path: join('scenarios', 'recipes', name),
    text: readFileSync(join(root, 'scenarios', 'recipes', name), 'utf8'),
  }));
  const planned = plan({
    files,
    config: read,
    cwd: root,
    runId: `r${process.pid}${Date.now().toString(36)}`,
    today: '2026-06-15',
  });
  assert.deepEqual(planned.diagnostics, []);
  const results: ScenarioResult[] = [];
  await run(
    only === undefined
      ? planned.plan
      : { ...planned.plan, scenarios: planned.plan.scenarios.filter(({ id }) => only.includes(id)) },
    // One at a time, the server's log of meanwhile is the scenario's own.
    {
      parallel: only === undefined ? 8 : 1,
      strict: false,
      signal: new AbortController().signal,
      clock: () => performance.now(),
      wall: () => Date.now(),
      today: '2026-06-15',
    },
    (event) => {
      if (event.type === 'scenario') results.push(event.result);
    },
  );
  return results;
}

function configFor({ urls, ca, domain, logFile }: MailServer): object {
  const server = (name: 'mx' | 'submission' | 'submissions') => ({ url: urls[name], tls: { ca } });
  return {
    servers: { mx: server('mx'), submission: server('submission'), submissions: server('submissions') },
    variables: { domain, user: accounts.alice.user, recipient: accounts.bob.user, relay_domain: 'relay.example' },
    secrets: { password: accounts.alice.password },
    logs: [logFile],
  };
}

const notPassed = (results: readonly ScenarioResult[]) =>
  results.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'skipped');
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
