import assert from 'node:assert/strict';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { playSteps, told } from '../../fixtures/testing/play.ts';
import { startEmbeddedServer } from '../demo-server/server.ts';
import type { Context } from './context.ts';
import { observedIn } from './observed.ts';

describe('what a scenario observes', () => {
  const { listen } = peers();

  it('names the servers that it was connected to, with their greetings', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps('- expect: 220\n- send: NOOP\n  expect: 250', { server: peer.url() });
    const [contact, ...others] = result.contacts ?? [];
    assert.deepEqual(others, []);
    assert.match(contact?.address ?? '', /^127\.0\.0\.\d+:\d+$/);
    assert.match(contact?.greeting ?? '', /^220 /);
    assert.match(contact?.local ?? '', /^127\.0\.0\.\d+$/);
    assert.equal(result.measured, undefined);
  });

  it('names a server by what it greeted with on that connection', () => {
    const target = { label: 'it', options: {} };
    const seen = (line: string) => {
      const session = {
        target,
        transport: { facts: { remote: '192.0.2.25:25' } },
        greeting: { raw: Buffer.from(line) },
      };
      const context = { sessions: new Map([['', session]]), redactor: { redact: String }, measured: [], world: {} };
      const { products, contacts } = observedIn(context as unknown as Context);
      return [contacts[0]?.greeting, products[0]?.product];
    };
    const [exim, postfix] = ['220 a.example ESMTP Exim 4.98', '220 b.example ESMTP Postfix'];
    for (const [line, product] of [
      [exim, 'exim'],
      [exim, 'exim'],
      [postfix, 'postfix'],
      [exim, 'exim'],
    ] as const)
      assert.deepEqual(seen(`${line}\r\n`), [line, product]);
  });

  it('asks for its own address once a run, however many connections there are', () => {
    let asked = 0;
    const session = (remote: string) => ({
      target: { label: 'it', options: {} },
      transport: {
        facts: {
          remote,
          get local() {
            asked++;
            return '192.0.2.7:49152';
          },
        },
      },
    });
    const world = {};
    const contacts = (...servers: readonly string[]) => {
      const sessions = new Map(servers.map((server, at) => [String(at), session(server)]));
      return observedIn({ sessions, measured: [], world } as unknown as Context).contacts;
    };
    const servers = ['192.0.2.25:25', '198.51.100.25:25'];
    for (let connections = 0; connections < 3; connections++)
      assert.deepEqual(
        contacts(...servers),
        servers.map((address) => ({ server: 'it', address, local: '192.0.2.7' })),
      );
    assert.equal(asked, 2);
  });

  it('measures from a message to where "eventually" finds what it looks for, and nothing where no message went out', async () => {
    const peer = await listen(smtpScript({ DATA: '354 go on' }));
    const found = '- eventually:\n    within: 2s\n    dialogue: [{ send: NOOP, expect: 250 }]';
    const sent = '- expect: 220\n- send: DATA\n  expect: 354\n- message: { text: hello }\n  expect: 250';
    const result = await playSteps(`${sent}\n${found}`, { server: peer.url() });
    assert.equal(result.outcome, 'passed', told(result));
    const raw = sent.replace(
      'message: { text: hello }',
      'send: { raw: "Subject: hello\\r\\n\\r\\nhello\\r\\n.\\r\\n" }',
    );
    for (const { measured = [] } of [result, await playSteps(`${raw}\n${found}`, { server: peer.url() })]) {
      const [delivery] = measured;
      assert.ok(delivery?.kind === 'delivery' && delivery.took > 0 && delivery.took < 2_000);
    }
    assert.equal((await playSteps(`- expect: 220\n${found}`, { server: peer.url() })).measured, undefined);
  });

  it('reads when certificates end: of its connections, and of those that a check looks at', async () => {
    const server = await startEmbeddedServer({ accounts: [] });
    try {
      const options = { server: { url: server.addresses['imaps'] ?? '', tls: { ca: server.ca } } };
      for (const steps of ['- expect: OK', '- certificate: { server: it }\n  expect: { trusted: true }']) {
        const { measured = [] } = await playSteps(steps, options);
        const [certificate] = measured;
        assert.ok(certificate?.kind === 'certificate' && certificate.expires > Date.now(), steps);
      }
    } finally {
      await server.stop();
    }
  });
});
