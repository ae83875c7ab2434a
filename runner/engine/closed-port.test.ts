import assert from 'node:assert/strict';
import { ownAddress } from '../../fixtures/testing/own-address.ts';
import { type Peer, peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { planOf } from '../../fixtures/testing/plan.ts';
import { play, told } from '../../fixtures/testing/play.ts';
import { itSideBySide } from '../../fixtures/testing/side-by-side.ts';
import type { Target } from '../plan.ts';
import { noteWords } from '../words/outcome.ts';
import type { Attempt } from './attempt.ts';
import { outage } from './outage.ts';
import type { Session } from './session.ts';
import { createTraffic } from './traffic.ts';

const mail =
  '[expect: 220, { send: "MAIL FROM:<a@b>", expect: 250 }, { send: "RCPT TO:<c@d>", expect: 250 }, { send: QUIT, expect: 221 }]';

function suite(server: string, count: number, dialogue = mail): string {
  const scenarios = Array.from({ length: count }, (_, at) => `  - { name: number ${at}, dialogue: ${dialogue} }\n`);
  return `suite: On ${server}\nserver: ${server}\nscenarios:\n${scenarios.join('')}`;
}

/** How long the server keeps its ports closed, as Sendmail does for 15 s. */
const closedFor = 1500;

describe('a server that closes its ports when too many connections are open', () => {
  const it = itSideBySide(4);
  const { listen } = peers(after);

  /** Servers of one host that count their connections together. */
  async function sendmail(most: number, names: readonly string[]) {
    const host = ownAddress();
    const servers: Peer[] = [];
    let open = 0;
    let isClosed = false;
    let close = () => {};
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    const good = smtpScript({
      // The first ones are open at the same time.
      MAIL: async () => {
        await closed;
        return '250 2.1.0 Ok';
      },
      RCPT: async () => {
        await new Promise((resolve) => setTimeout(resolve, isClosed ? closedFor / 5 : 0));
        return '250 2.1.5 Ok';
      },
    });
    for (const _ of names)
      servers.push(
        await listen(
          (talk, number) => {
            open++;
            void talk.gone.then(() => open--);
            if (open >= most && !isClosed) {
              isClosed = true;
              for (const server of servers) server.refuse();
              close();
              setTimeout(() => {
                isClosed = false;
                for (const server of servers) server.accept();
              }, closedFor);
            }
            return good(talk, number);
          },
          { host },
        ),
      );
    return Object.fromEntries(names.map((name, at) => [name, (servers[at] as Peer).url()]));
  }

  it('is waited for, and then asked for fewer at once', async () => {
    const servers = await sendmail(4, ['mx']);
    const { results, summary } = await play(suite('mx', 30), { servers, parallel: 8 });
    assert.deepEqual([...new Set(results.map(({ outcome }) => outcome))], ['passed'], results.map(told).join('\n'));
    assert.equal(summary.exitStatus, 0);
    const [note, ...more] = (summary.notes ?? []).map(noteWords);
    assert.deepEqual(more, []);
    assert.match(
      note ?? '',
      /^the server "mx" limits connections from this address \(it closes its port for a while when too many are open\); mailspec slowed down: give the server "max_connections: [123]" in the configuration$/,
    );
  });

  it('is waited for by the scenarios of all its ports', async () => {
    const names = ['mx', 'submission', 'relay'];
    const servers = await sendmail(4, names);
    const files = names.map((name) => ({ path: `${name}.yaml`, text: suite(name, 10) }));
    const { results, summary } = await play(files, { servers, parallel: 8 });
    assert.deepEqual([...new Set(results.map(({ outcome }) => outcome))], ['passed'], results.map(told).join('\n'));
    assert.match(
      (summary.notes ?? []).map(noteWords).join('\n'),
      /^the servers "mx", "submission" and "relay" count connections from this address together \(it closes its port for a while when too many are open\); mailspec slowed down: run it with "--parallel [123]"$/,
    );
  });

  it('is waited for by what looks at the port', async () => {
    const { mx } = await sendmail(4, ['mx']);
    const look = `[{ port: { host: "${new URL(mx ?? '').hostname}", port: ${new URL(mx ?? '').port} }, expect: open }]`;
    const looks = suite('mx', 4, look).replaceAll('number', 'look').split('scenarios:\n');
    const text = suite('mx', 10) + looks[1];
    const { results } = await play(text, { servers: { mx }, parallel: 8 });
    assert.deepEqual([...new Set(results.map(({ outcome }) => outcome))], ['passed'], results.map(told).join('\n'));
  });

  it('blocks a scenario that opens more by itself, and no other', async () => {
    const servers = await sendmail(2, ['mx']);
    const three = '[{ on: a, expect: 220 }, { on: b, expect: 220 }, { on: c, expect: 220 }]';
    const text = `${suite('mx', 4)}  - { name: three, connections: { a: mx, b: mx, c: mx }, dialogue: ${three} }\n`;
    const { results, summary } = await play(text, { servers, parallel: 8 });
    const outcomes = results.map(({ outcome }) => outcome);
    assert.deepEqual(outcomes, ['passed', 'passed', 'passed', 'passed', 'blocked'], results.map(told).join('\n'));
    assert.equal(summary.exitStatus, 3);
  });
});

describe('a server that refuses connections', () => {
  /** Traffic with a clock of its own, and `open` connections that the server greeted. */
  function world(open: number) {
    let now = 0;
    const ports = { mx: 'smtp://127.0.0.1:25', submission: 'smtp://127.0.0.1:587' };
    const look = 'dialogue: [{ port: { host: 127.0.0.1, port: 25 }, expect: open }] }';
    const text = `${suite('mx', 2)}  - { name: look, ${look}\n  - { name: other, server: submission, dialogue: ${mail} }\n`;
    const known = { scenario: 'number 1', reason: 'not yet' };
    const { scenarios = [] } =
      planOf(text, { servers: ports, config: { servers: ports, known_issues: [known] } }).plan ?? {};
    const [refused] = scenarios;
    const [target] = refused?.connections.values() ?? [];
    assert.ok(refused && target);
    const traffic = createTraffic({ clock: () => now });
    const sessions = Array.from({ length: open }, () => {
      const session = { target, owed: 1, finished: false, transport: { ended: false }, lastAction: {} };
      return session as unknown as Session & { transport: { ended: boolean } };
    });
    for (const session of sessions) traffic.accepted(target, session);
    const why = { kind: 'message', message: 'connection refused' } as const;
    const fault = { kind: 'unreachable', how: 'refused' } as const;
    const attempts = {
      refused: { outage: outage(target, 'connect', 'connect.failed', why, { fault }) } as Attempt,
      closed: { outage: outage(target, 'answer', 'connection.closed', why, { how: 'closed' }) } as Attempt,
    };
    /** When the scenario runs again after such an attempt. */
    const again = (how: keyof typeof attempts = 'refused'): number | undefined => {
      traffic.start(refused);
      const at = traffic.again(refused, attempts[how]);
      traffic.end(refused);
      return at;
    };
    /** How long a scenario is tried again, in milliseconds. `meanwhile`: what happens between the attempts. */
    const waited = (meanwhile = (_: number) => {}): number => {
      for (;;) {
        const at = again();
        if (at === undefined) return now;
        now = at;
        meanwhile(now);
      }
    };
    const advance = (ms: number) => {
      now += ms;
    };
    return { traffic, sessions, scenarios, target, again, waited, advance };
  }

  it('is down where no connection is open', () => {
    assert.equal(world(0).waited(), 0);
    const { sessions, waited } = world(1);
    Object.assign(sessions[0] as Session, { finished: true, owed: 0 });
    assert.equal(waited(), 0);
  });

  it('is down where it ends open connections before their replies', () => {
    const { sessions, waited } = world(3);
    for (const { transport } of sessions) transport.ended = true;
    assert.equal(waited(), 0);
  });

  it('is waited for no longer than an open connection takes to time out', () => {
    const time = world(3).waited();
    assert.ok(time >= 5000 && time < 15_000, `${time}`);
  });

  it('is waited for anew after a connection that it accepted and closed without a word', () => {
    const { again, traffic, sessions, waited } = world(3);
    const [session] = sessions;
    assert.ok(session);
    let accepts = true;
    const time = waited((now) => {
      session.lastAction = { kind: 'greeting' };
      traffic.replied(session);
      if (now < 10_000 || !accepts) return;
      accepts = false;
      for (const { transport } of sessions) transport.ended = true;
      again('closed');
    });
    assert.ok(time >= 30_000 && time < 35_000, `${time}`);
  });

  describe('and did so before because too many were open', () => {
    function closing() {
      const made = world(6);
      const { again, traffic, sessions } = made;
      const [session] = sessions;
      assert.ok(session);
      again();
      session.lastAction = { kind: 'greeting' };
      traffic.replied(session);
      for (const { transport } of sessions) transport.ended = true;
      return made;
    }

    it('is tried by one scenario until it greets, also of another port, by a known issue or a look at a port', () => {
      const { again, traffic, sessions, scenarios, advance } = closing();
      const [first, issue, look, submission] = scenarios;
      const [session] = sessions;
      assert.ok(first && issue && look && submission && session);
      const admitted = () => [issue, look, submission].filter((each) => traffic.admits(each)).length;
      assert.ok((again() ?? 0) > 0);
      assert.equal(admitted(), 1, 'the ports of the others are not known to be closed');
      advance(15_000);
      assert.ok(traffic.admits(first));
      traffic.start(first);
      assert.equal(admitted(), 0);
      traffic.accepted(first.connections.values().next().value as Target, session);
      assert.equal(admitted(), 3);
    });

    it('is waited for without a reply on an open connection', () => {
      const { traffic, sessions, waited, target } = closing();
      traffic.accepted(target, sessions[0] as Session);
      const time = waited();
      assert.ok(time >= 20_000 && time < 25_000, `${time}`);
    });
  });

  it('is waited for a little longer than Sendmail needs where it still replies', () => {
    const { traffic, sessions, waited } = world(3);
    const [session] = sessions;
    assert.ok(session);
    const time = waited(() => {
      session.lastAction = { kind: 'greeting' };
      traffic.replied(session);
    });
    assert.ok(time >= 20_000 && time < 25_000, `${time}`);
  });
});
