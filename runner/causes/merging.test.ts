import assert from 'node:assert/strict';
import { peers, type Script } from '../../fixtures/testing/peer.ts';
import { play } from '../../fixtures/testing/play.ts';
import { causeWords } from '../words/cause.ts';
import { collectCauses } from './collect.ts';

/** Accepts recipients that match. */
const accepting =
  (recipients: RegExp): Script =>
  async (talk) => {
    talk.write('220 mx.example ESMTP\r\n');
    while (true) {
      const line = await talk.line();
      talk.write(!/^RCPT/.test(line) || recipients.test(line) ? '250 2.1.5 Ok\r\n' : '550 5.7.1 No\r\n');
    }
  };

describe('a disguised address that is accepted', () => {
  const { listen } = peers();
  const rows = {
    plain: 'bob@relay.example',
    percent: 'bob%relay.example@example.test',
    'percent alone': 'bob%relay.example',
    bang: 'relay.example!bob@example.test',
    route: '@example.test:bob@relay.example',
  };
  const refused = (name: string, to: string) =>
    `  - { name: ${name}, dialogue: [expect: 220, { send: "RCPT TO:<${to}>", expect: 550 }] }\n`;
  const openRelay = `suite: S\nserver: it\nscenarios:\n${Object.entries(rows)
    .map(([name, to]) => refused(name, to))
    .join('')}`;
  const recipients = `suite: R\nserver: it\nscenarios:\n${refused('unknown', 'nobody@example.test')}`;

  async function causesOf(accepted: RegExp) {
    const peer = await listen(accepting(accepted));
    const files = [
      { path: 'open-relay.yaml', text: openRelay },
      { path: 'recipients.yaml', text: recipients },
    ];
    const causes = collectCauses();
    for (const result of (await play(files, { servers: { it: peer.url() } })).results) causes.add(result);
    return causes.list().map((cause) => [cause.count, causeWords(cause).replace(/: expected.*/, '')]);
  }

  it('follows from a catch-all where the plain one is refused', async () => {
    assert.deepEqual(await causesOf(/@example\.test>|<[^@]*>/), [[4, 'RCPT TO:<nobody@example.test>']]);
  });

  it('follows from a relay where the plain one is accepted', async () => {
    assert.deepEqual(await causesOf(/relay\.example/), [[5, 'RCPT TO:<bob@relay.example>']]);
  });

  it('is a relay of its own where it names another domain, or no other name is accepted', async () => {
    const route = await causesOf(/<@|nobody/);
    assert.deepEqual(route.map(([, title]) => title).sort(), [
      'RCPT TO:<@example.test:bob@relay.example>',
      'RCPT TO:<nobody@example.test>',
    ]);
    assert.deepEqual(await causesOf(/%.*@/), [[1, 'RCPT TO:<bob%relay.example@example.test>']]);
  });
});
