import assert from 'node:assert/strict';
import { ownAddress } from '../../fixtures/testing/own-address.ts';
import { peers, type Script, smtpScript } from '../../fixtures/testing/peer.ts';
import { counted, type PlayOptions, play, told } from '../../fixtures/testing/play.ts';
import { itSideBySide } from '../../fixtures/testing/side-by-side.ts';
import { headlineIn, reasonIn } from '../../fixtures/testing/worded.ts';
import type { ScenarioResult } from '../result.ts';

const greeted = '[expect: 220, { send: NOOP, expect: 250 }]';

/** A server that nothing listens for: another test's server may get any free port of 127.0.0.1. */
const closedAt = (host: string) => `smtp://${host}:1`;

/** A suite of `count` scenarios with this dialogue on the server `it`. */
function suite(count: number, dialogue = greeted, keys = ''): string {
  const scenario = (at: number) => `  - name: number ${at}\n    dialogue: ${dialogue}${keys && `\n    ${keys}`}`;
  return `suite: Many\nserver: it\nscenarios:\n${Array.from({ length: count }, (_, at) => scenario(at)).join('\n')}\n`;
}

/** The most failed scenarios that ran at the same moment. */
function mostAtOnce(results: readonly ScenarioResult[]): number {
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  const runningAt = (moment: number) =>
    failed.filter(({ started, duration }) => started <= moment && moment < started + duration).length;
  return Math.max(...failed.map(({ started }) => runningAt(started)));
}

describe('the breaker', () => {
  /** For servers that never get better, so that it does not matter how soon they are asked. */
  const together = itSideBySide(16);
  /** For servers whose other replies must come within half a second. */
  const few = itSideBySide(3);
  const { listen } = peers(after);
  const refused = (options: PlayOptions = {}, text: Parameters<typeof play>[0] = suite(20)) =>
    play(text, { servers: { it: closedAt(ownAddress()) }, ...options });

  for (const parallel of [1, 8, 32]) {
    together(`blocks what is left on a server that refused three, with ${parallel} at a time`, async () => {
      const { results, summary } = await refused({ parallel });
      assert.deepEqual(counted(results), { errored: 3, blocked: 17 });
      assert.equal(summary.exitStatus, 3);
      const [last] = results.slice(-1);
      assert.ok(last);
      assert.match(
        reasonIn(last),
        /^the server "it" cannot be used: Cannot connect to "127\.\d+\.\d+\.\d+:1": connection refused$/,
      );
    });
  }

  together('tries none of them again', async () => {
    const { results } = await refused({ parallel: 1 }, suite(6, greeted, 'retries: 2'));
    assert.deepEqual(
      results.map(({ outcome, retried }) => [outcome, retried.length]),
      [
        ['errored', 2],
        ['errored', 2],
        ['errored', 0],
        ['blocked', 0],
        ['blocked', 0],
        ['blocked', 0],
      ],
    );
  });

  together('waits for a server that says nothing once', async () => {
    const silent = await listen(() => undefined);
    const { results, summary } = await play(suite(40), {
      servers: { it: { url: silent.url(), timeout: '500ms' } },
      parallel: 16,
    });
    assert.deepEqual(counted(results), { failed: 1, blocked: 39 }, told(results[0] as ScenarioResult));
    assert.equal(summary.exitStatus, 1);
    assert.ok(silent.talks.length <= 3, `${silent.talks.length} connections`);
    assert.match(reasonIn(results[39] as ScenarioResult), /cannot be used: no complete greeting within 500 ms$/);
  });

  together('waits for several servers that say nothing at the same time', async () => {
    const [a, b] = [await listen(() => undefined), await listen(() => undefined)];
    const text = (server: string) => suite(5).replace('server: it', `server: ${server}`);
    const { results } = await play(
      [
        { path: 'a.yaml', text: text('a') },
        { path: 'b.yaml', text: text('b') },
      ],
      {
        servers: { a: { url: a.url(), timeout: '1s' }, b: { url: b.url(), timeout: '1s' } },
        parallel: 8,
      },
    );
    assert.deepEqual(counted(results), { failed: 2, blocked: 8 });
    assert.equal(mostAtOnce(results), 2);
  });

  together('blocks what would be skipped for the silence', async () => {
    const silent = await listen(() => undefined);
    const skipping = suite(2, '[{ expect: 220, otherwise: skip }]').replaceAll('number', 'skipping');
    const { results } = await play(
      [
        { path: 'a.yaml', text: suite(2) },
        { path: 'b.yaml', text: skipping },
      ],
      { servers: { it: { url: silent.url(), timeout: '300ms' } }, parallel: 1 },
    );
    assert.deepEqual(counted(results), { failed: 1, blocked: 3 });
  });

  together('does not block what expects the end or the silence, nor count it', async () => {
    const peer = await listen((talk) => talk.end());
    const { results } = await play(
      suite(6, '[expect: closed]') + suite(5).split('scenarios:\n')[1]?.replaceAll('number', 'other'),
      {
        servers: { it: peer.url() },
        parallel: 1,
      },
    );
    assert.deepEqual(counted(results), { passed: 6, failed: 3, blocked: 2 });
    const { results: mixed } = await play(
      `suite: Mixed\nserver: it\nscenarios:\n${[0, 1, 2, 3, 4, 5].map((at) => `  - { name: a${at}, dialogue: ${greeted} }\n  - { name: b${at}, dialogue: [expect: { one_of: [closed, 554] }] }`).join('\n')}`,
      { servers: { it: peer.url() }, parallel: 1 },
    );
    assert.deepEqual(counted(mixed), { failed: 3, passed: 6, blocked: 3 });
  });

  together('blocks what only forbids something in the greeting', async () => {
    const peer = await listen((talk) => talk.end());
    const { results } = await play(suite(6, '[expect: { code: 220, not: { text: { contains: Postfix } } }]'), {
      servers: { it: peer.url() },
      parallel: 1,
    });
    assert.deepEqual(counted(results), { failed: 3, blocked: 3 });
  });

  together('blocks TLS checks of a server that is not there', async () => {
    const { results } = await refused(
      {},
      `suite: TLS\nscenarios:\n${[0, 1, 2, 3, 4].map((at) => `  - { name: c${at}, dialogue: [{ tls: { server: it }, expect: refused }] }`).join('\n')}`,
    );
    assert.deepEqual(counted(results), { errored: 3, blocked: 2 });
  });

  for (const parallel of [1, 8]) {
    together(`says that the port is closed where others found it first, with ${parallel} at a time`, async () => {
      const host = ownAddress();
      const look = `[{ port: { host: ${host}, port: 1 }, expect: open }]`;
      const { results } = await refused({ parallel, servers: { it: closedAt(host) } }, [
        { path: 'a.yaml', text: suite(5) },
        { path: 'b.yaml', text: suite(5, look) },
      ]);
      assert.deepEqual(counted(results), { errored: 3, blocked: 2, failed: 5 }, results.map(told).join('\n'));
      const looks = results.filter(({ outcome }) => outcome === 'failed').map(headlineIn);
      assert.deepEqual([...new Set(looks)], [`port ${host}:1: expected "open", got "closed"`]);
    });
  }

  together('waits for more servers that say nothing than scenarios run at a time', async () => {
    const silent = await Promise.all(Array.from({ length: 6 }, () => listen(() => undefined)));
    const good = await listen(smtpScript());
    const text = (server: string) => suite(4).replace('server: it', `server: ${server}`);
    const servers = Object.fromEntries(silent.map((peer, at) => [`s${at}`, { url: peer.url(), timeout: '1s' }]));
    const { results } = await play(
      [...Object.keys(servers), 'good'].map((server) => ({ path: `${server}.yaml`, text: text(server) })),
      { servers: { ...servers, good: good.url() }, parallel: 2 },
    );
    assert.deepEqual(counted(results), { failed: 6, blocked: 18, passed: 4 });
    assert.ok(mostAtOnce(results) > 2, 'those that wait leave their place to others');
  });

  few('plays one at a time, whatever it waits for', async () => {
    const [a, b] = [await listen(() => undefined), await listen(smtpScript())];
    const { events } = await play(
      [
        { path: 'a.yaml', text: suite(2).replace('server: it', 'server: a') },
        { path: 'b.yaml', text: suite(2).replace('server: it', 'server: b') },
      ],
      { servers: { a: { url: a.url(), timeout: '600ms' }, b: b.url() }, parallel: 1 },
    );
    let [running, most] = [0, 0];
    for (const { type } of events) {
      if (type === 'begin') most = Math.max(most, ++running);
      if (type === 'scenario') running--;
    }
    assert.equal(most, 1);
  });

  few('blocks the rest on a server that greets and then says nothing', async () => {
    const peer = await listen(async (talk) => {
      talk.write('220 peer\r\n');
      await talk.gone;
    });
    const { results } = await play(
      [
        { path: 'a.yaml', text: suite(30) },
        { path: 'b.yaml', text: suite(4, '[expect: 220]').replaceAll('number', 'greeting') },
      ],
      { servers: { it: { url: peer.url(), timeout: '500ms' } }, parallel: 8 },
    );
    assert.deepEqual(counted(results), { failed: 3, blocked: 27, passed: 4 }, results.map(told).join('\n'));
    assert.match(reasonIn(results[29] as ScenarioResult), /cannot be used: NOOP: no complete reply within 500 ms$/);
  });

  few('goes on where only some commands stay without an answer', async () => {
    const good = smtpScript();
    const peer = await listen(async (talk, number) => {
      if (number % 2 === 0) return good(talk, number);
      talk.write('220 peer\r\n');
      await talk.gone;
    });
    const { results } = await play(suite(6), {
      servers: { it: { url: peer.url(), timeout: '500ms' } },
      parallel: 1,
    });
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['failed', 'passed', 'failed', 'passed', 'failed', 'passed'],
    );
  });

  it('counts those that end before a word, and goes on where the server comes back', async () => {
    const good = smtpScript();
    const script: Script = (talk, number) => (number <= 4 ? talk.end() : good(talk, number));
    const peer = await listen(script);
    const { results } = await play(suite(20), { servers: { it: peer.url() }, parallel: 1 });
    assert.deepEqual(counted(results), { failed: 3, passed: 17 });
    assert.equal(headlineIn(results[0] as ScenarioResult), 'the server closed the connection without a greeting');
  });

  it('does not count failures with good ones in between', async () => {
    const good = smtpScript();
    const peer = await listen((talk, number) => (number % 3 === 0 ? good(talk, number) : talk.end()));
    const { results } = await play(suite(12), { servers: { it: peer.url() }, parallel: 1 });
    assert.deepEqual(counted(results), { failed: 8, passed: 4 });
  });

  it('does not count a scenario that has less patience than the server is given', async () => {
    const peer = await listen(async (talk) => {
      setTimeout(() => talk.write('220 slow\r\n'), 100);
      await talk.gone;
    });
    const { results } = await play(suite(6, '[{ expect: 220, timeout: 10ms }]'), { servers: { it: peer.url() } });
    assert.deepEqual(counted(results), { failed: 6 });
  });

  together('checks ports and TLS of a server that fails every handshake', async () => {
    const peer = await listen((talk) => talk.write('no TLS\r\n'));
    const { results } = await play(
      `suite: TLS\nscenarios:\n${[0, 1, 2, 3, 4]
        .map(
          (at) => `  - { name: a${at}, server: it, dialogue: ${greeted} }
  - { name: b${at}, dialogue: [{ port: { host: 127.0.0.1, port: ${peer.port} }, expect: open }] }
  - { name: c${at}, dialogue: [{ tls: { server: it }, expect: refused }] }`,
        )
        .join('\n')}`,
      { servers: { it: peer.url('smtps') }, parallel: 1 },
    );
    assert.deepEqual(counted(results), { failed: 3, blocked: 2, passed: 10 }, results.map(told).join('\n'));
  });

  together('blocks after STARTTLS only what says STARTTLS', async () => {
    const peer = await listen(async (talk) => {
      talk.write('220 peer\r\n');
      for (;;) {
        const line = await talk.line();
        if (line === 'STARTTLS') {
          talk.write('220 go\r\n');
          await talk.take(1);
          talk.end();
        } else talk.write('250 ok\r\n');
      }
    });
    const { results } = await play(
      `suite: TLS\nserver: it\nscenarios:\n${[0, 1, 2, 3, 4]
        .map(
          (at) =>
            `  - { name: a${at}, dialogue: [expect: 220, starttls: ] }\n  - { name: b${at}, dialogue: ${greeted} }`,
        )
        .join('\n')}`,
      { servers: { it: peer.url() }, parallel: 1 },
    );
    assert.deepEqual(counted(results), { failed: 3, blocked: 2, passed: 5 }, results.map(told).join('\n'));
    assert.match(
      reasonIn(results[8] as ScenarioResult),
      /^the server "it" cannot be used: Cannot complete the TLS handshake/,
    );
  });

  together('goes on with other servers, and with what provokes', async () => {
    const peer = await listen(smtpScript());
    const provoking = suite(4, greeted, 'provokes: [failed-login]')
      .replace('server: it', 'server: it')
      .replaceAll('number', 'p');
    const { results } = await play(
      [
        { path: 'a.yaml', text: suite(6) },
        { path: 'b.yaml', text: provoking },
        { path: 'c.yaml', text: suite(6).replace('server: it', 'server: good') },
      ],
      { servers: { it: closedAt(ownAddress()), good: peer.url() }, parallel: 4 },
    );
    assert.deepEqual(counted(results), { errored: 3, blocked: 7, passed: 6 });
  });
});
