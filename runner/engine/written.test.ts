import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peers } from '../../fixtures/testing/peer.ts';
import { planOf } from '../../fixtures/testing/plan.ts';
import { play, told } from '../../fixtures/testing/play.ts';
import type { ScenarioResult } from '../result.ts';
import { writtenIn } from './written.ts';

const variables = { user: 'alice@example.test', domain: 'example.test', helo: 'client.example' };

/** A file of scenarios with these lines. */
function fileOf(...scenarios: readonly (readonly string[])[]): string {
  return JSON.stringify({
    suite: 'S',
    server: 'mx',
    scenarios: scenarios.map((sends, at) => ({
      name: `${at}`,
      dialogue: [{ expect: 220 }, ...sends.map((send) => ({ send, expect: 250 }))],
    })),
  });
}

describe('writtenIn()', () => {
  const { listen } = peers();
  const planned = (...scenarios: readonly (readonly string[])[]) =>
    planOf(fileOf(...scenarios), { servers: { mx: 'smtp://127.0.0.1' }, variables }).plan;
  /** The names that only the first of these scenarios has, given the lines that it sent. */
  const ofFirst = (said: readonly string[], ...scenarios: readonly (readonly string[])[]) => {
    const plan = planned(...scenarios);
    const [first] = plan.scenarios;
    assert.ok(first);
    return writtenIn(plan)(first, said);
  };

  it('finds what one scenario alone has written out, and said', () => {
    const said = ['EHLO Laptop.Example␍␊', 'MAIL FROM:<A@one.example>␍␊', 'RCPT TO:<nobody-here@example.test>␍␊'];
    const first = ['EHLO Laptop.Example', 'MAIL FROM:<A@one.example>', 'RCPT TO:<nobody-here@${domain}>'];
    const written = { addresses: ['a@one.example', 'nobody-here@example.test'], clients: ['laptop.example'] };
    assert.deepEqual(ofFirst(said, first, ['EHLO other.example', 'MAIL FROM:<a@two.example>']), written);
    assert.deepEqual(ofFirst([], first), { addresses: [], clients: [] });
  });

  it('leaves out what another scenario has as well, in whatever case, written out or not', () => {
    const said = ['HELO client.example␍␊', 'MAIL FROM:<a@one.example>␍␊', 'RCPT TO:<alice@example.test>␍␊'];
    const first = ['HELO client.example', 'MAIL FROM:<a@one.example>', 'RCPT TO:<alice@example.test>'];
    const none = { addresses: [], clients: [] };
    assert.deepEqual(ofFirst(said, first, ['EHLO ${helo}', 'MAIL FROM:<A@ONE.example>', 'RCPT TO:<${user}>']), none);
    assert.deepEqual(ofFirst(said, first, [...first, 'NOOP']), none);
  });

  it("leaves out the configuration's addresses, and what holds a value of the run", () => {
    const said = ['EHLO client.example␍␊', 'MAIL FROM:<alice@example.test>␍␊', 'RCPT TO:<x1b@one.example>␍␊'];
    assert.deepEqual(ofFirst(said, ['EHLO ${helo}', 'MAIL FROM:<${user}>', 'RCPT TO:<x${scenario.id}b@one.example>']), {
      addresses: [],
      clients: [],
    });
    assert.deepEqual(ofFirst(['RCPT TO:<alice@example.test>␍␊'], ['RCPT TO:<${user}>', 'NOOP malice@one.example']), {
      addresses: [],
      clients: [],
    });
  });

  it('knows nothing of the scenarios of other shards', () => {
    const plan = planned(['MAIL FROM:<a@one.example>']);
    const [first] = plan.scenarios;
    assert.ok(first);
    const shard = { index: 1, total: 2, selected: 2, positions: [0], fingerprint: 'f' };
    const said = ['MAIL FROM:<a@one.example>␍␊'];
    assert.deepEqual(writtenIn(plan)(first, said).addresses, ['a@one.example']);
    assert.deepEqual(writtenIn({ ...plan, shard })(first, said).addresses, []);
  });

  it("takes no other scenario's log lines, of several that send at once", async () => {
    const recipients = ['shared@relay.example', 'shared@relay.example', 'only-here@relay.example', 'Or@relay.example'];
    const log = join(mkdtempSync(join(tmpdir(), 'mailspec-')), 'mail.log');
    writeFileSync(log, '');
    let waiting = recipients.length;
    let release = () => {};
    const all = new Promise<void>((resolve) => {
      release = resolve;
    });
    const peer = await listen(async (talk, number) => {
      talk.write('220 mx\r\n');
      const [, recipient = ''] = /<(.*)>/.exec(await talk.line()) ?? [];
      const by = `Nov 27 10:00:00 mx postfix/smtpd[${number}]:`;
      appendFileSync(log, `${by} connect from client[127.0.0.1]\n`);
      appendFileSync(log, `${by} NOQUEUE: reject: RCPT from client[127.0.0.1]: 554 5.7.1 <${recipient}>: denied\n`);
      if (--waiting === 0) release();
      // Every scenario runs while the lines of all are logged.
      await all;
      talk.write('554 5.7.1 denied\r\n');
      await talk.line();
    });
    const { results } = await play(fileOf(...recipients.map((each) => [`RCPT TO:<${each}>`])), {
      config: { servers: { mx: peer.url() }, logs: [log] },
      parallel: recipients.length,
    });
    const shown = (result: ScenarioResult | undefined) =>
      result?.log.map(({ text, whose }) => `${whose ?? 'of its time'}: ${/<(.*)>/.exec(text)?.[1] ?? 'connect'}`);
    assert.ok(
      results.every(({ outcome }) => outcome === 'failed'),
      results.map(told).join('\n'),
    );
    assert.deepEqual(shown(results[2]), ['own: connect', 'own: only-here@relay.example']);
    assert.deepEqual(shown(results[3]), ['own: connect', 'own: Or@relay.example']);
    for (const result of results.slice(0, 2)) {
      const lines = shown(result) ?? [];
      assert.equal(lines.length, 2 * recipients.length);
      assert.ok(
        lines.every((line) => line.startsWith('of its time: ')),
        lines.join('\n'),
      );
    }
  });
});
