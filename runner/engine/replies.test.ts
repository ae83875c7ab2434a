import assert from 'node:assert/strict';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { dialogue, planned } from '../../fixtures/testing/plan.ts';
import { playSteps, spoken, told } from '../../fixtures/testing/play.ts';
import { itSideBySide } from '../../fixtures/testing/side-by-side.ts';
import { actualIn, headlineIn, worded } from '../../fixtures/testing/worded.ts';
import { lineWords } from '../words/problem.ts';
import { run } from './run.ts';

describe('expect', () => {
  const { listen } = peers();

  it('reads one whole reply, the greeting like any other', async () => {
    const peer = await listen(
      smtpScript({ EHLO: '250-peer.example\n250-SIZE 10485760\n250-AUTH PLAIN LOGIN\n250 CHUNKING' }),
    );
    const result = await playSteps(
      `
      - expect: 220
      - send: EHLO client.example
        expect: [250-auth plain, 250-SIZE, 2xx]
      - send: EHLO client.example
        expect:
          code: 250
          lines: { length: 4 }
          extensions: { SIZE: { at_least: 10MiB }, AUTH: [LOGIN, PLAIN], STARTTLS: false, CHUNKING: true }
      - send: NOOP
        expect: 250 2.0.0 ok
      - send: QUIT
        expect: { code: [221, 250], enhanced: 2.x.x, text: /^2\\.0\\.0 BYE$/i }
      - expect: closed
      `,
      { server: peer.url() },
    );
    assert.equal(result.outcome, 'passed', told(result));
    assert.deepEqual(
      spoken(result).filter((line) => line.startsWith('C')),
      ['C: EHLO client.example␍␊', 'C: EHLO client.example␍␊', 'C: NOOP␍␊', 'C: QUIT␍␊'],
    );
  });

  it('is told with the reply, the line of the file and the action that it answers, where it does not hold', async () => {
    const peer = await listen(smtpScript({ MAIL: '550 5.7.1 No' }));
    const result = await playSteps('- expect: 220\n- send: MAIL FROM:<>\n  expect: 250', { server: peer.url() });
    assert.equal(result.outcome, 'failed');
    assert.equal(result.problem?.code, 'reply.mismatch');
    assert.match(headlineIn(result), /^MAIL FROM:<>: expected /);
    assert.deepEqual(
      result.problem.mismatches.map(worded).map(({ path, expected, actual }) => [path, expected, actual]),
      [['code', '250', '550 5.7.1 No']],
    );
  });

  it('happens at the last line of the transcript by then: the evidence', async () => {
    const peer = await listen(smtpScript({ MAIL: '250-one\n550 two' }));
    const wrong = await playSteps('- expect: 220\n- send: NOOP\n  expect: 251', {
      server: peer.url(),
      suite: { after: [{ send: 'QUIT', expect: 221 }] },
    });
    const broken = await playSteps('- expect: 220\n- send: MAIL FROM:<>\n  expect: 250', { server: peer.url() });
    for (const [result, last] of [
      [wrong, '250 2.0.0 OK␍␊'],
      [broken, '550 two␍␊'],
    ] as const) {
      const { problem, transcript } = result;
      const shown = transcript.filter(({ at }) => at <= (problem?.at ?? 0)).map(lineWords);
      assert.equal(shown.at(-1), last, told(result));
    }
  });

  it('joins a reply that comes octet by octet', async () => {
    const peer = await listen(async (talk) => {
      for (const octet of '220-one\r\n220 two\r\n') {
        talk.write(octet);
        await new Promise(setImmediate);
      }
      await talk.line();
      talk.end();
    });
    const result = await playSteps('- expect: { code: 220, lines: [one, two] }\n- send: QUIT\n  expect: closed', {
      server: peer.url(),
    });
    assert.equal(result.outcome, 'passed', told(result));
  });

  it('one_of takes silence, an end or a reply as alternatives', async () => {
    for (const answer of ['', '421 Bye', 'end'] as const) {
      const peer = await listen(
        smtpScript({
          NOOP: (talk) => {
            if (answer === 'end') talk.end();
            return answer === 'end' ? '' : answer;
          },
        }),
      );
      const result = await playSteps(
        '- expect: 220\n- send: NOOP\n  expect: { one_of: [{ nothing: 60ms }, closed, 421] }',
        { server: peer.url() },
      );
      assert.equal(result.outcome, 'passed', `${answer}: ${told(result)}`);
    }
  });

  it('one_of waits for its silence even where that is longer than a reply may take', async () => {
    const peer = await listen(smtpScript({ NOOP: '' }));
    const result = await playSteps(
      '- expect: 220\n- send: NOOP\n  expect: { one_of: [250, { nothing: 150ms }] }\n  timeout: 50ms',
      { server: peer.url() },
    );
    assert.equal(result.outcome, 'passed', told(result));
    assert.ok(result.duration >= 150);
  });

  it('not holds for a reply that does not meet it', async () => {
    const peer = await listen(smtpScript({ VRFY: '252 2.1.5 Try it' }));
    const good = await playSteps('- expect: 220\n- send: VRFY root\n  expect: { not: 250 }', { server: peer.url() });
    assert.equal(good.outcome, 'passed', told(good));
    const bad = await playSteps('- expect: 220\n- send: VRFY root\n  expect: { not: 2xx }', { server: peer.url() });
    assert.equal(bad.outcome, 'failed', told(bad));
  });
});

describe('expect: nothing', () => {
  const it = itSideBySide(4);
  const { listen } = peers(after);
  const steps = (expectation: string) => `- expect: 220\n- send: NOOP\n  expect: ${expectation}`;

  it('holds after 500 ms, or the time given, without an octet', async () => {
    const peer = await listen(smtpScript({ NOOP: '' }));
    const half = await playSteps(steps('nothing'), { server: peer.url() });
    assert.equal(half.outcome, 'passed', told(half));
    assert.ok(half.duration >= 490 && half.duration < 5000, String(half.duration));
    const durations: number[] = [];
    // A busy machine may delay some of them.
    while (durations.length < 5 && Math.min(...durations) >= 490) {
      const short = await playSteps(steps('{ nothing: 80ms }'), { server: peer.url() });
      assert.equal(short.outcome, 'passed', told(short));
      durations.push(short.duration);
    }
    assert.ok(Math.min(...durations) >= 75 && Math.min(...durations) < 490, durations.join(', '));
  });

  it('holds on a machine that is slow between two steps of the program', async () => {
    const peer = await listen(smtpScript({ NOOP: '' }));
    const { plan } = planned(dialogue(steps('{ nothing: 80ms }'), `server: ${peer.url()}`));
    let slow = 0;
    const outcomes: string[] = [];
    const options = {
      parallel: 1,
      strict: false,
      signal: new AbortController().signal,
      clock: () => performance.now() + 5 * slow++,
      wall: () => Date.now(),
    };
    await run(plan, options, (event) => {
      if (event.type === 'scenario') outcomes.push(`${event.result.outcome} ${headlineIn(event.result)}`.trim());
    });
    assert.deepEqual(outcomes, ['passed']);
  });

  it('fails at once for a reply, and shows it', async () => {
    const peer = await listen(smtpScript({ NOOP: '250 Hello' }));
    const result = await playSteps(steps('{ nothing: 30s }'), { server: peer.url() });
    assert.equal(result.problem?.code, 'reply.unexpected', told(result));
    assert.match(actualIn(result), /250 Hello/);
    assert.ok(result.duration < 5000);
  });

  it('fails when its time is over for an octet that is no reply yet', async () => {
    const peer = await listen(
      smtpScript({
        NOOP: (talk) => {
          talk.write('2');
          return '';
        },
      }),
    );
    const result = await playSteps(steps('{ nothing: 100ms }'), { server: peer.url() });
    assert.equal(result.problem?.code, 'reply.unexpected', told(result));
    assert.equal(actualIn(result), '"2"');
    assert.ok(result.duration < 5000);
  });

  it('fails where the server closes the connection, and names the way to allow that', async () => {
    const peer = await listen(
      smtpScript({
        NOOP: (talk) => {
          talk.end();
          return '';
        },
      }),
    );
    const result = await playSteps(steps('nothing'), { server: peer.url() });
    assert.equal(result.problem?.code, 'connection.closed', told(result));
    assert.match(result.problem.hint ?? '', /one_of: \[nothing, closed\]/);
  });
});

describe('expect: closed', () => {
  const { listen } = peers();

  it('holds for FIN and for RST, and the next step opens a new connection', async () => {
    for (const how of ['end', 'reset'] as const) {
      const peer = await listen(
        smtpScript({
          NOOP: (talk) => {
            talk[how]();
            return '';
          },
        }),
      );
      const result = await playSteps(
        '- expect: 220\n- send: NOOP\n  expect: closed\n- expect: 220\n- send: QUIT\n  expect: 221',
        { server: peer.url() },
      );
      assert.equal(result.outcome, 'passed', `${how}: ${told(result)}`);
      assert.equal(peer.talks.length, 2);
      await peer.idle();
    }
  });

  it('holds for a connection that ended before the send', async () => {
    for (const how of ['end', 'reset'] as const) {
      const peer = await listen((talk) => {
        talk.write('220 and bye\r\n');
        if (how === 'end') talk.end();
        else setTimeout(talk.reset, 10);
      });
      const result = await playSteps('- expect: 220\n- wait: 60ms\n- send: NOOP\n  expect: closed', {
        server: peer.url(),
      });
      assert.equal(result.outcome, 'passed', `${how}: ${told(result)}`);
    }
  });

  it('fails for a reply, for a part of one before the end, and for silence', async () => {
    const replies = { '250 Hello': 'reply.unexpected', part: 'reply.unexpected', '': 'reply.timeout' } as const;
    for (const [answer, code] of Object.entries(replies)) {
      const peer = await listen(
        smtpScript({
          NOOP: (talk) => {
            if (answer !== 'part') return answer;
            talk.write('250-He');
            talk.end();
            return '';
          },
        }),
      );
      const result = await playSteps('- expect: 220\n- send: NOOP\n  expect: closed\n  timeout: 100ms', {
        server: peer.url(),
      });
      assert.equal(result.problem?.code, code, `${answer}: ${told(result)}`);
      assert.equal(result.outcome, 'failed');
    }
  });

  it('is what a reply that never came is told as', async () => {
    const peer = await listen(
      smtpScript({
        NOOP: (talk) => {
          talk.write('250-He');
          talk.end();
          return '';
        },
      }),
    );
    const result = await playSteps('- expect: 220\n- send: NOOP\n  expect: 250', { server: peer.url() });
    assert.equal(result.outcome, 'failed');
    assert.equal(result.problem?.code, 'connection.closed');
    assert.match(headlineIn(result), /^NOOP: the server closed the connection without a reply/);
    assert.match(actualIn(result), /end of the connection, after "250-He"/);
  });
});

describe('within, after', () => {
  const it = itSideBySide(4);
  const { listen } = peers(after);
  const slowly = (ms: number) =>
    smtpScript({
      NOOP: (talk) => {
        setTimeout(() => talk.write('250 late\r\n'), ms);
        return '';
      },
    });

  it('measure from the last send to the reply', async () => {
    const peer = await listen(slowly(150));
    const both = await playSteps(
      '- expect: { code: 220, within: 5s }\n- send: NOOP\n  expect: { code: 250, after: 140ms, within: 5s }',
      { server: peer.url() },
    );
    assert.equal(both.outcome, 'passed', told(both));
    const early = await playSteps('- expect: 220\n- send: NOOP\n  expect: { code: 250, after: 1s }', {
      server: peer.url(),
    });
    assert.equal(early.problem?.code, 'reply.mismatch', told(early));
    const late = await playSteps('- expect: 220\n- send: NOOP\n  expect: { code: 250, within: 50ms }', {
      server: peer.url(),
    });
    assert.equal(late.problem?.code, 'reply.timeout', told(late));
    assert.match(late.problem.hint ?? '', /"within" 50 ms/);
  });

  it('count a reply that came while the scenario waited from its arrival', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps('- expect: 220\n- send: NOOP\n- wait: 1100ms\n- expect: { code: 250, within: 1s }', {
      server: peer.url(),
    });
    assert.equal(result.outcome, 'passed', told(result));
  });

  it('let a reply that is due later than usual be waited for', async () => {
    const peer = await listen(slowly(350));
    const options = { server: { url: peer.url(), timeout: '300ms' } };
    const within = await playSteps('- expect: 220\n- send: NOOP\n  expect: { code: 250, within: 10s }', options);
    assert.equal(within.outcome, 'passed', told(within));
    const after = await playSteps('- expect: 220\n- send: NOOP\n  expect: { code: 250, after: 340ms }', options);
    assert.equal(after.outcome, 'passed', told(after));
  });

  it('start with the connection for the greeting', async () => {
    const peer = await listen(async (talk) => {
      setTimeout(() => talk.write('220 at last\r\n'), 300);
      await talk.gone;
    });
    const result = await playSteps('- expect: { code: 220, after: 110ms }', { server: peer.url() });
    assert.equal(result.outcome, 'passed', told(result));
  });
});

describe('timeout', () => {
  const { listen } = peers();

  /** Only the last step has the server's short timeout, so that a busy machine may take longer for the others. */
  const greeting = '- expect: 220\n  timeout: 10s';
  const message = (size: number) =>
    `${greeting}\n- send: DATA\n  expect: 354\n  timeout: 10s\n- message: { text: x, size: ${size} }\n  expect: 250`;
  const slowServer = (ms: number) =>
    smtpScript({
      message: (talk) => {
        setTimeout(() => talk.write('250 at last\r\n'), ms);
        return '';
      },
    });

  it('allows a large message a second for each 100 kB: the system takes it, and a slow link carries it later', async () => {
    const peer = await listen(slowServer(400));
    const options = { server: { url: peer.url(), timeout: '100ms' } };
    const large = await playSteps(message(200_000), options);
    assert.equal(large.outcome, 'passed', told(large));
    const small = await playSteps(message(2_000), options);
    assert.equal(headlineIn(small), 'message: no complete reply within 100 ms');
    const exact = await playSteps(`${message(200_000)}\n  timeout: 100ms`, options);
    assert.equal(headlineIn(exact), 'message: no complete reply within 100 ms');
    const within = await playSteps(message(200_000).replace(/250$/, '{ code: 250, within: 100ms }'), options);
    assert.equal(within.problem?.code, 'reply.timeout', told(within));
  });

  it('allows a large reply the same while it arrives', async () => {
    const slowReply = (size: number) =>
      smtpScript({
        HELP: (talk) => {
          talk.write(`214-${'a'.repeat(194)}\r\n`.repeat(size / 200));
          setTimeout(() => talk.write('214 end\r\n'), 400);
          return '';
        },
      });
    const steps = `${greeting}\n- send: HELP\n  expect: 214`;
    const large = await listen(slowReply(100_000));
    const arrived = await playSteps(steps, { server: { url: large.url(), timeout: '100ms' } });
    assert.equal(arrived.outcome, 'passed', told(arrived));
    const small = await listen(slowReply(10_000));
    const late = await playSteps(steps, { server: { url: small.url(), timeout: '100ms' } });
    assert.equal(headlineIn(late), 'HELP: no complete reply within 100 ms');
  });

  it("of a step goes before the server's, which goes before the default", async () => {
    const peer = await listen(smtpScript({ NOOP: '' }));
    const step = await playSteps('- expect: 220\n- send: NOOP\n  expect: 250\n  timeout: 70ms', { server: peer.url() });
    assert.equal(step.problem?.code, 'reply.timeout', told(step));
    assert.equal(headlineIn(step), 'NOOP: no complete reply within 70 ms');
    assert.equal(step.outcome, 'failed');
    const server = await playSteps('- expect: 220\n- send: NOOP\n  expect: 250', {
      server: { url: peer.url(), timeout: '60ms' },
    });
    assert.equal(headlineIn(server), 'NOOP: no complete reply within 60 ms');
    const run = await playSteps('- expect: 220\n- send: NOOP\n  expect: 250', {
      server: peer.url(),
      overrides: { timeout: 50 },
    });
    assert.equal(headlineIn(run), 'NOOP: no complete reply within 50 ms');
  });

  it('gives the connection up: a late reply is never taken for the next one', async () => {
    const peer = await listen(
      smtpScript({
        NOOP: (talk) => {
          setTimeout(() => talk.write('250 late\r\n'), 90);
          return '';
        },
      }),
    );
    const result = await playSteps(
      '- expect: 220\n- send: NOOP\n  expect: 250\n  timeout: 50ms\n  otherwise: warn\n- wait: 80ms\n- send: RSET\n  expect: 250',
      { server: peer.url() },
    );
    assert.equal(result.problem?.code, 'connection.closed', told(result));
    assert.match(headlineIn(result), /Cannot use the connection: NOOP: no complete reply/);
  });

  it('of a scenario ends it wherever it is', async () => {
    const peer = await listen(smtpScript({ NOOP: '' }));
    const waiting = await playSteps('- expect: 220\n- send: NOOP\n  expect: 250', {
      server: peer.url(),
      scenario: { timeout: '120ms' },
    });
    assert.equal(waiting.problem?.code, 'scenario.timeout', told(waiting));
    assert.equal(waiting.outcome, 'failed');
    assert.ok(waiting.duration < 5000);
    const pausing = await playSteps('- expect: 220\n- wait: 30s', {
      server: peer.url(),
      scenario: { timeout: '120ms' },
    });
    assert.equal(pausing.problem?.code, 'scenario.timeout', told(pausing));
    await peer.idle();
  });
});
