import assert from 'node:assert/strict';
import { ownAddress } from '../../fixtures/testing/own-address.ts';
import { type Peer, peers, type Script, smtpScript, type Talk } from '../../fixtures/testing/peer.ts';
import { play, told } from '../../fixtures/testing/play.ts';
import { itSideBySide } from '../../fixtures/testing/side-by-side.ts';
import type { Cause } from '../causes/cause.ts';
import { collectCauses } from '../causes/collect.ts';
import type { ScenarioResult } from '../result.ts';

/** A suite on each server, with `count` scenarios of several commands each. */
function suites(servers: readonly string[], count: number) {
  const dialogue = '[expect: 220, { send: EHLO me, expect: 250 }, { send: NOOP, expect: 250 }]';
  const scenarios = Array.from({ length: count }, (_, at) => `  - { name: number ${at}, dialogue: ${dialogue} }\n`);
  return servers.map((server) => ({
    path: `${server}.yaml`,
    text: `suite: On ${server}\nserver: ${server}\nscenarios:\n${scenarios.join('')}`,
  }));
}

function causesOf(results: readonly ScenarioResult[]): readonly Cause[] {
  const causes = collectCauses();
  for (const each of results) causes.add(each);
  return causes.list();
}

/** How many scenarios ended in these ways. */
function number(results: readonly ScenarioResult[], ...outcomes: readonly ScenarioResult['outcome'][]): number {
  return results.filter(({ outcome }) => outcomes.includes(outcome)).length;
}

/** The number of scenarios that have to fail in the same way before the others are blocked. */
const enough = 3;

const it = itSideBySide(3);

describe('a server that bans the client in mid-run', () => {
  const { listen } = peers(after);
  const names = ['mx', 'submission', 'imap'];
  const each = 30;
  const connectionsBeforeBan = 20;

  /** Runs suites on servers of one host that ban the client after some connections. */
  async function playBanned(parallel: number, how: 'refuses' | 'is silent') {
    let connections = 0;
    let isBanned = false;
    const servers: Peer[] = [];
    const host = ownAddress();
    const ban = () => {
      isBanned = true;
      if (how === 'refuses') for (const server of servers) void server.close();
    };
    const answer = async (talk: Talk) => {
      if (isBanned) await talk.gone;
      return '250 2.0.0 OK';
    };
    const good = smtpScript({ EHLO: answer, NOOP: answer });
    const script: Script = (talk, number) => {
      if (++connections === connectionsBeforeBan) ban();
      return isBanned ? undefined : good(talk, number);
    };
    for (const _ of names) servers.push(await listen(script, { host }));
    const urls = names.map((name, at) => [name, { url: (servers[at] as Peer).url(), timeout: '3s' }]);
    const { results } = await play(suites(names, each), { servers: Object.fromEntries(urls), parallel });
    return results;
  }

  for (const [how, parallel] of [
    ['refuses', 1],
    ['refuses', 8],
    ['refuses', 32],
    ['is silent', 8],
  ] as const)
    it(`and ${how} afterwards is one cause, and blocks the rest, with ${parallel} at a time`, async () => {
      const results = await playBanned(parallel, how);
      const [cause, ...others] = causesOf(results);
      assert.ok(cause);
      assert.deepEqual(
        others.flatMap(({ members }) => members.map(told)),
        [],
      );
      assert.equal(cause.kind, how === 'refuses' ? 'unreachable' : 'silent');
      assert.deepEqual([...cause.servers].sort(), [...names].sort());
      assert.equal(cause.count, results.length - number(results, 'passed'));
      const red = number(results, 'failed', 'errored');
      // Those that it ended, and those that had to find out.
      assert.ok(red <= parallel + names.length * enough, `${red} red`);
      assert.equal(number(results, 'blocked'), cause.count - red);
      // One at a time, it gets to no other server before.
      if (how === 'refuses' && parallel > 1)
        assert.match(cause.remedies.map(({ text }) => text).join(), /fail2ban-client/);
    });

  it('does not hide what failed before: the server still greeted', async () => {
    let connections = 0;
    const servers: Peer[] = [];
    const good = smtpScript();
    const dropping = smtpScript({
      NOOP: (talk) => {
        talk.end();
        return '';
      },
    });
    const peer = await listen(
      (talk, number) => {
        if (++connections === 5) for (const server of servers) void server.close();
        return connections === 1 ? dropping(talk, number) : good(talk, number);
      },
      { host: ownAddress() },
    );
    servers.push(peer);
    const { results } = await play(suites(['mx'], 12), { servers: { mx: peer.url() }, parallel: 1 });
    const kinds = causesOf(results).map(({ kind, count }) => [kind, count]);
    assert.deepEqual(kinds, [
      ['unreachable', 8],
      ['other', 1],
    ]);
  });
});

describe('a dead service', () => {
  const { listen } = peers(after);
  const count = 60;
  const dead: Readonly<Record<string, Script>> = {
    'says nothing': () => undefined,
    'closes every connection': (talk) => talk.end(),
    'greets and then says nothing': async (talk) => {
      talk.write('220 peer\r\n');
      await talk.gone;
    },
  };
  for (const [how, script] of Object.entries(dead))
    it(`that ${how} is tried less often than a good one, and waited for by a few`, async () => {
      const played = async (peer: Peer, options: object = {}) =>
        (await play(suites(['it'], count), { servers: { it: { url: peer.url(), ...options } } })).results;
      const good = await listen(smtpScript());
      assert.equal(number(await played(good), 'passed'), count);
      const bad = await listen(script);
      const results = await played(bad, { timeout: '1s' });
      assert.ok(bad.talks.length < good.talks.length, `${bad.talks.length} connections`);
      assert.ok(number(results, 'failed', 'errored') <= enough, results.map(told).join('\n'));
      assert.equal(number(results, 'passed'), 0);
    });
});
