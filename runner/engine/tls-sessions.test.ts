import assert from 'node:assert/strict';
import { peers, smtpScript, type Talk } from '../../fixtures/testing/peer.ts';
import { planOf } from '../../fixtures/testing/plan.ts';
import { type PlayedPlan, type PlayOptions, play, told } from '../../fixtures/testing/play.ts';
import { createAuthority } from '../demo-server/certificates.ts';
import type { SourceFile } from '../source.ts';
import { noteWords, slowedWords } from '../words/outcome.ts';
import type { Attempt } from './attempt.ts';
import { outage } from './outage.ts';
import type { Session } from './session.ts';
import { createTraffic } from './traffic.ts';

const said = '454 4.7.0 Error: too many new TLS sessions from client.example[192.0.2.1]';
const dialogue = '[expect: 220, { send: EHLO me, expect: 250 }, starttls, { send: EHLO me, expect: 250 }]';

/** Runs until the first scenario of b.yaml, when the second one of a.yaml waits for a minute. */
async function playUntilWait(files: readonly SourceFile[], servers: PlayOptions['servers']): Promise<PlayedPlan> {
  const controller = new AbortController();
  const played = await play(files, {
    ...(servers && { servers }),
    parallel: 1,
    signal: controller.signal,
    onEvent: (event) => {
      if (event.type === 'begin' && event.scenario.suite.file === 'b.yaml') controller.abort();
    },
  });
  assert.deepEqual(
    played.results.slice(0, 2).map(({ outcome }) => outcome),
    ['passed', 'not_run'],
    played.results.map(told).join('\n'),
  );
  return played;
}

describe('a server that ends a session without a word after STARTTLS', () => {
  const { listen } = peers();
  let identity: { readonly key: string; readonly cert: string };
  before(async () => {
    const { key, chain } = await (await createAuthority()).issue({ names: ['127.0.0.1'] });
    identity = { key, cert: chain };
  });

  /** `close`: the number of the connection that it closes over TLS. `refused`: those that it accepts no STARTTLS on. */
  async function postfix(close: number, refused: readonly number[]) {
    const answer = (number: number) => async (talk: Talk) => {
      if (refused.includes(number)) return said;
      talk.write('220 2.0.0 Ready\r\n');
      await talk.secure(identity);
      if (number === close) talk.end();
      return '';
    };
    return listen((talk, number) => smtpScript({ STARTTLS: answer(number) })(talk, number));
  }

  function suite(server: string, count: number, steps: string): string {
    const scenarios = Array.from({ length: count }, (_, at) => `  - { name: number ${at}, dialogue: ${steps} }\n`);
    return `suite: On ${server}\nserver: ${server}\nscenarios:\n${scenarios.join('')}`;
  }

  it('is asked why, and is not at fault if it limits TLS sessions', async () => {
    const peer = await postfix(2, [3, 4, 5, 6, 7, 8]);
    const other = await listen(smtpScript());
    const files = [
      { path: 'a.yaml', text: suite('mx', 2, dialogue) },
      { path: 'b.yaml', text: suite('other', 1, '[expect: 220]') },
    ];
    const servers = { mx: { url: peer.url(), tls: { verify: false } }, other: other.url() };
    await playUntilWait(files, servers);
    assert.equal(peer.talks.length, 3);
  });

  it('fails the scenario if it gives no reason, although the next session is not ended', async () => {
    const peer = await postfix(2, []);
    const { results } = await play(suite('mx', 3, dialogue), {
      servers: { mx: { url: peer.url(), tls: { verify: false } } },
      parallel: 1,
    });
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['passed', 'failed', 'passed'],
      results.map(told).join('\n'),
    );
    assert.equal(peer.talks.length, 4);
  });
});

describe('a server that names its limit of new TLS sessions once, right after a handshake', () => {
  const { listen } = peers();
  const steps = {
    certificate: '{ certificate: { server: mx }, expect: { protocol: TLSv1.3 } }',
    'tls with TLS 1.3': '{ tls: { server: mx, min: TLSv1.3 }, expect: { state: accepted } }',
    'tls with TLS 1.2': '{ tls: { server: mx, max: TLSv1.2 }, expect: { state: accepted } }',
  };
  let identity: { readonly key: string; readonly cert: string };
  before(async () => {
    const { key, chain } = await (await createAuthority()).issue({ names: ['127.0.0.1'] });
    identity = { key, cert: chain };
  });

  for (const [name, step] of Object.entries(steps))
    it(`is waited for if it does so in a check: ${name}`, async () => {
      const peer = await listen(async (talk, number) => {
        await talk.secure(identity);
        talk.write(number === 1 ? '220 mx.example\r\n' : `${said.replace('454', '421')}\r\n`);
      });
      const other = await listen(smtpScript());
      const files = [
        {
          path: 'a.yaml',
          text: `suite: A\nscenarios:\n  - { name: a, dialogue: [${step}] }\n  - { name: b, dialogue: [${step}] }\n`,
        },
        { path: 'b.yaml', text: 'suite: B\nserver: other\nscenarios:\n  - { name: c, dialogue: [expect: 220] }\n' },
      ];
      const { summary, events } = await playUntilWait(files, { mx: peer.url('smtps'), other: other.url() });
      assert.equal(peer.talks.length, 2);
      // Before the wait, not after it.
      assert.deepEqual(events.map(({ type }) => type).slice(0, 5), ['start', 'begin', 'scenario', 'begin', 'slowed']);
      assert.match(summary.notes?.map(noteWords).join('\n') ?? '', /421 .*"connections_per_minute: 1"/);
    });
});

describe('a server whose limit other clients have reached', () => {
  const { listen } = peers();

  it('is waited for, and an event says so before the wait', async () => {
    const peer = await listen(smtpScript({ greeting: '421 4.7.0 Error: too many connections from 127.0.0.1' }));
    const controller = new AbortController();
    const lines: string[] = [];
    await play('suite: S\nserver: mx\nscenarios:\n  - { name: a, dialogue: [expect: 220] }\n', {
      servers: { mx: peer.url() },
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type !== 'slowed') return;
        lines.push(slowedWords(event.note));
        controller.abort();
      },
    });
    assert.deepEqual(lines, ['mx: other clients have reached its limit; the run waits until it accepts more']);
  });
});

describe('a server that limits new TLS sessions', () => {
  /** Three connections to each of two ports, and what the server does at the next one. */
  function world() {
    let now = 0;
    const text = (server: string) =>
      `suite: On ${server}\nserver: ${server}\nscenarios:\n  - { name: one, dialogue: [expect: 220] }\n`;
    const files = ['submission', 'submissions'].map((name) => ({ path: `${name}.yaml`, text: text(name) }));
    const servers = { submission: 'smtp://127.0.0.1:587', submissions: 'smtps://127.0.0.1:465' };
    const { scenarios = [] } = planOf(files, { servers }).plan ?? {};
    const traffic = createTraffic({ clock: () => now });
    const ports = scenarios.map((scenario) => {
      const [target] = scenario.connections.values();
      assert.ok(target);
      return { scenario, target };
    });
    const [submission, submissions] = ports;
    assert.ok(submission && submissions);
    for (const { target } of ports)
      for (let at = 0; at < 3; at++) {
        void traffic.turn(target, AbortSignal.abort(), () => {});
        traffic.accepted(target, { target, finished: true, transport: { ended: true } } as unknown as Session);
      }
    now = 1000;
    const again = ({ scenario, target }: typeof submission, attempt: object) => {
      traffic.start(scenario);
      void traffic.turn(target, AbortSignal.abort(), () => {});
      const time = traffic.again(scenario, attempt as Attempt);
      traffic.end(scenario);
      return time;
    };
    const limit = { defended: { defense: 'limit', said, target: submission.target } };
    const named = { defended: { defense: 'limit', said, target: submissions.target } };
    const closed = {
      outage: outage(submissions.target, 'tls', 'tls.handshake', { kind: 'message', message: '' }, { how: 'closed' }),
    };
    const afterTls = { defended: { defense: 'limit', afterTls: true, target: submission.target } };
    /** When the next connection to a port may be opened. */
    const next = ({ target }: typeof submission) => {
      let wait = 0;
      void traffic.turn(target, AbortSignal.abort(), (ms) => {
        wait = ms;
      });
      return now + wait;
    };
    return { traffic, submission, submissions, again, limit, named, closed, afterTls, next };
  }

  it('is asked for fewer a minute, not for fewer at once', () => {
    const { traffic, submission, submissions, again, limit, next } = world();
    assert.notEqual(again(submission, limit), undefined);
    assert.equal(next(submission), 62_000);
    assert.equal(next(submissions), 1000);
    assert.deepEqual(traffic.slowed().map(slowedWords), [
      'submission: accepts 3 connections a minute; the run continues at that pace',
    ]);
    assert.deepEqual(traffic.slowed(), []);
    assert.deepEqual(traffic.notes().map(noteWords), [
      `the server "submission" limits connections from this address (${said}); mailspec slowed down: give the server "connections_per_minute: 3" in the configuration`,
    ]);
  });

  it('is waited for where it closes connections to its other ports without a word', () => {
    const { submission, submissions, again, limit, closed, next } = world();
    again(submission, limit);
    const tries = Array.from({ length: 5 }, () => again(submissions, closed));
    assert.deepEqual(
      tries.map((time) => time !== undefined),
      [true, true, true, true, false],
    );
    assert.ok(next(submissions) >= 62_000);
  });

  it('does not count what it closed without a word before it named the limit', () => {
    const { traffic, submissions, again, named, closed } = world();
    traffic.start(submissions.scenario);
    again(submissions, closed);
    again(submissions, closed);
    traffic.end(submissions.scenario);
    again(submissions, named);
    assert.deepEqual(traffic.notes().map(noteWords), [
      `the server "submissions" limits connections from this address (${said}); mailspec slowed down: give the server "connections_per_minute: 3" in the configuration`,
    ]);
  });

  it('is waited for where it ends a session after STARTTLS, once it has named the limit', () => {
    const { submission, again, limit, afterTls } = world();
    assert.equal(again(submission, afterTls), undefined);
    again(submission, limit);
    assert.notEqual(again(submission, afterTls), undefined);
  });
});
