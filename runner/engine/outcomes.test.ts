import assert from 'node:assert/strict';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { play, playSteps, spoken, told } from '../../fixtures/testing/play.ts';
import { actualIn, headlineIn, reasonIn, warningsIn } from '../../fixtures/testing/worded.ts';

const good = '- expect: 220\n- send: NOOP\n  expect: 250';
const bad = '- expect: 220\n- send: NOOP\n  expect: 251';
const unreachable = 'smtp://127.0.0.1:1';

describe('otherwise', () => {
  const { listen } = peers();

  it('skip skips the rest, and says what did not hold', async () => {
    const peer = await listen(smtpScript({ EHLO: '250 peer' }));
    const result = await playSteps(
      '- expect: 220\n- send: EHLO a\n  expect: 250-CHUNKING\n  otherwise: skip\n- send: NOOP\n  expect: 250',
      { server: peer.url() },
    );
    assert.equal(result.outcome, 'skipped', told(result));
    assert.match(reasonIn(result), /^EHLO a: expected a line that begins with "CHUNKING", got /);
    assert.equal(result.problem, undefined);
    assert.equal(peer.talks[0]?.received, 'EHLO a\r\n');
  });

  it('skip plays the cleanup all the same', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps('- expect: 220\n- send: NOOP\n  expect: 251\n  otherwise: skip', {
      server: peer.url(),
      suite: { after: [{ send: 'QUIT', expect: 221 }] },
    });
    assert.equal(result.outcome, 'skipped', told(result));
    assert.deepEqual(result.warnings, []);
    assert.equal(peer.talks[0]?.received, 'NOOP\r\nQUIT\r\n');
  });

  it('warn notes it and goes on', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps(
      '- expect: 220\n- send: NOOP\n  expect: 251\n  otherwise: warn\n- send: RSET\n  expect: 250',
      { server: peer.url() },
    );
    assert.equal(result.outcome, 'passed', told(result));
    assert.deepEqual(warningsIn(result), ['NOOP: expected 251, got 250 2.0.0 OK']);
    assert.equal(peer.talks[0]?.received, 'NOOP\r\nRSET\r\n');
  });

  it('is no excuse for a server that cannot be had, nor for one that breaks the protocol', async () => {
    const none = await playSteps('- expect: 220\n  otherwise: skip', { server: unreachable });
    assert.equal(none.outcome, 'errored');
    const peer = await listen((talk) => talk.write('hello\r\n'));
    const broken = await playSteps('- expect: 220\n  otherwise: skip', { server: peer.url() });
    assert.equal(broken.problem?.code, 'protocol.violation', told(broken));
  });
});

describe('before, after', () => {
  const { listen } = peers();

  it('stand around each dialogue', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps('- send: NOOP\n  expect: 250', {
      server: peer.url(),
      suite: {
        before: [{ expect: 220 }, { send: 'EHLO a', expect: 250 }],
        after: [{ send: 'QUIT', expect: 221 }, { expect: 'closed' }],
      },
    });
    assert.equal(result.outcome, 'passed', told(result));
    assert.equal(peer.talks[0]?.received, 'EHLO a\r\nNOOP\r\nQUIT\r\n');
  });

  const after = {
    after: [
      { send: 'RSET', expect: 250 },
      { send: 'QUIT', expect: 221 },
    ],
  };

  it("after runs when the dialogue failed, and the problem stays the dialogue's", async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps(`${bad}\n- send: VRFY a\n  expect: 250`, { server: peer.url(), suite: after });
    assert.equal(result.outcome, 'failed');
    assert.match(headlineIn(result), /^NOOP: expected /, told(result));
    assert.deepEqual(result.warnings, []);
    assert.equal(peer.talks[0]?.received, 'NOOP\r\nRSET\r\nQUIT\r\n');
    assert.ok(spoken(result).includes('*: cleanup'));
  });

  it('after does not take replies that the failed dialogue left for its own', async () => {
    const peer = await listen(
      smtpScript({
        MAIL: '550 No',
        RCPT: '503 No',
        DATA: (talk) => {
          setTimeout(() => talk.write('503 late\r\n'), 80);
          return '';
        },
      }),
    );
    const result = await playSteps(
      '- expect: 220\n- pipeline:\n    - { send: "MAIL FROM:<>", expect: 250 }\n    - { send: "RCPT TO:<a@b>", expect: 250 }\n    - { send: DATA, expect: 354 }',
      { server: peer.url(), suite: after },
    );
    assert.match(headlineIn(result), /^MAIL FROM:<>: expected /, told(result));
    assert.deepEqual(result.warnings, [], told(result));
  });

  it('after does not answer for what the failed dialogue left unread, complete or not', async () => {
    for (const left of ['250 Unasked\n', '250 Unasked\n250-Half', '25']) {
      const peer = await listen(async (talk) => {
        talk.write('220 peer\r\n');
        await talk.until('NOOP\r\n');
        talk.write(`250 Fine\r\n${left.replace('\n', '\r\n')}`);
        for (const reply of ['250 Reset', '221 Bye']) {
          await talk.line();
          talk.write(`${reply}\r\n`);
        }
      });
      const result = await playSteps(bad, { server: peer.url(), suite: after });
      assert.match(headlineIn(result), /^NOOP: expected /, told(result));
      assert.deepEqual(result.warnings, [], told(result));
      assert.equal(peer.talks[0]?.received, 'NOOP\r\nRSET\r\nQUIT\r\n', told(result));
    }
  });

  it('after does not answer for what came unasked while the dialogue waited elsewhere', async () => {
    const one = await listen(smtpScript());
    const two = await listen(async (talk) => {
      talk.write('220 two\r\n');
      await talk.line();
      one.talks[0]?.write('250 Unasked\r\n');
      talk.write('250 Fine\r\n');
      await talk.line();
      talk.write('250 No\r\n');
    });
    const greetings = '- { on: a, expect: 220 }\n- { on: b, expect: 220 }';
    const elsewhere = '- { on: b, send: NOOP, expect: 250 }\n- { on: b, send: NOOP, expect: 221 }';
    const result = await playSteps(`${greetings}\n${elsewhere}`, {
      servers: { one: one.url(), two: two.url() },
      suite: { connections: { a: 'one', b: 'two' }, after: [{ on: 'a', send: 'QUIT', expect: 221 }] },
    });
    assert.equal(result.problem?.code, 'reply.mismatch', told(result));
    assert.deepEqual(result.warnings, [], told(result));
    assert.equal(one.talks[0]?.received, 'QUIT\r\n', told(result));
  });

  it('after that fails too is a warning beside a problem, and a failure of its own else', async () => {
    const peer = await listen(smtpScript({ RSET: '500 No' }));
    const both = await playSteps(bad, { server: peer.url(), suite: after });
    assert.match(headlineIn(both), /^NOOP: expected /);
    assert.match(warningsIn(both)[0] ?? '', /^cleanup failed too: RSET: expected /);
    const alone = await playSteps(good, { server: peer.url(), suite: after });
    assert.equal(alone.outcome, 'failed');
    assert.match(headlineIn(alone), /^RSET: expected /);
  });

  it('after leaves out what needs a connection that is gone, without another word', async () => {
    const peer = await listen(
      smtpScript({
        NOOP: (talk) => {
          talk.end();
          return '';
        },
        VRFY: '',
      }),
    );
    const other = await listen(smtpScript());
    for (const command of ['NOOP', 'VRFY a']) {
      const result = await playSteps(
        `- { on: a, expect: 220 }\n- { on: b, expect: 220 }\n- { on: a, send: ${command}, expect: 250, timeout: 60ms }`,
        {
          servers: { one: peer.url(), two: other.url() },
          suite: {
            connections: { a: 'one', b: 'two' },
            fragments: { bye: [{ on: 'a', send: 'QUIT', expect: 221 }] },
            after: [{ on: 'a', send: 'RSET', expect: 250 }, { use: 'bye' }, { on: 'b', send: 'QUIT', expect: 221 }],
          },
        },
      );
      assert.equal(result.outcome, 'failed');
      assert.deepEqual(result.warnings, [], told(result));
      assert.match(other.talks.at(-1)?.received ?? '', /QUIT/);
      assert.ok(spoken(result).includes('*: left out: RSET'), told(result));
    }
  });

  it("after a scenario's time is over has a limit of its own", async () => {
    const peer = await listen(smtpScript({ NOOP: '' }));
    const cleaner = await listen(smtpScript());
    const result = await playSteps('- { on: a, expect: 220 }\n- { on: a, send: NOOP, expect: 250 }', {
      servers: { one: peer.url(), two: cleaner.url() },
      scenario: { timeout: '100ms' },
      suite: {
        connections: { a: 'one', b: 'two' },
        after: [
          { on: 'b', expect: 220 },
          { on: 'b', send: 'QUIT', expect: 221 },
        ],
      },
    });
    assert.equal(result.problem?.code, 'scenario.timeout', told(result));
    assert.deepEqual(result.warnings, [], told(result));
    assert.equal(cleaner.talks[0]?.received, 'QUIT\r\n');
  });
});

describe('level', () => {
  const { listen } = peers();

  it('should makes a failure a warning, which fails the run under strict alone', async () => {
    const peer = await listen(smtpScript());
    const file = `
      suite: Levels
      server: it
      scenarios:
        - { name: fails, level: should, dialogue: [{ expect: 250 }] }
        - { name: holds, level: should, dialogue: [{ expect: 220 }] }
      `;
    const lax = await play(file, { servers: { it: peer.url() } });
    assert.deepEqual(
      lax.results.map(({ outcome }) => outcome),
      ['warning', 'passed'],
    );
    assert.ok(lax.results[0]?.problem);
    assert.equal(lax.summary.exitStatus, 0);
    const strict = await play(file, { servers: { it: peer.url() }, strict: true });
    assert.equal(strict.summary.exitStatus, 1);
  });

  it('should does not hide that a scenario could not be checked', async () => {
    const result = await playSteps('- expect: 220', { server: unreachable, scenario: { level: 'should' } });
    assert.equal(result.outcome, 'errored');
  });
});

describe('known_issue', () => {
  const { listen } = peers();

  it('makes a failure known until its day, that day included', async () => {
    const peer = await listen(smtpScript());
    for (const [until, outcome] of [
      [undefined, 'known'],
      ['2026-06-16', 'known'],
      ['2026-06-15', 'known'],
      ['2026-06-14', 'failed'],
    ] as const) {
      const issue = { reason: 'waits for 3.9', ...(until && { until }) };
      const result = await playSteps(bad, {
        server: peer.url(),
        scenario: { known_issue: issue },
        today: '2026-06-15',
      });
      assert.equal(result.outcome, outcome, `${until}: ${told(result)}`);
      if (outcome === 'known') assert.equal(result.reason, 'waits for 3.9');
      assert.ok(result.problem);
    }
  });

  it('known or not, fails no run', async () => {
    const peer = await listen(smtpScript());
    const { summary } = await play(
      `suite: A\nserver: it\nscenarios: [{ name: one, known_issue: { reason: why }, dialogue: [{ expect: 250 }] }]`,
      { servers: { it: peer.url() }, strict: true },
    );
    assert.equal(summary.exitStatus, 0);
  });

  it('says of a pass that it is no longer an issue', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps(good, {
      server: peer.url(),
      scenario: { known_issue: { reason: 'waits for 3.9' } },
    });
    assert.equal(result.outcome, 'passed');
    assert.deepEqual(warningsIn(result), ['no longer an issue: "waits for 3.9"']);
  });

  it('does not hide that a scenario could not be checked', async () => {
    const result = await playSteps('- expect: 220', {
      server: unreachable,
      scenario: { known_issue: { reason: 'why' } },
    });
    assert.equal(result.outcome, 'errored');
  });

  it('may stand in the configuration, for scenarios by their ids', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps(bad, {
      server: peer.url(),
      config: { known_issues: [{ scenario: 'test#*', reason: 'waits for 3.9', until: '2027-03-01' }] },
    });
    assert.equal(result.outcome, 'known', told(result));
  });
});

describe('retries', () => {
  const { listen } = peers();
  const afterTries = (fine: number) =>
    smtpScript({
      NOOP: (() => {
        let tries = 0;
        return () => (++tries >= fine ? '250 OK' : `451 try ${tries}`);
      })(),
    });

  it('a pass on a later try is flaky, and the earlier problems stay known', async () => {
    const peer = await listen(afterTries(3));
    const result = await playSteps(good, { server: peer.url(), scenario: { retries: 2 } });
    assert.equal(result.outcome, 'flaky', told(result));
    assert.equal(result.problem, undefined);
    assert.deepEqual(
      result.retried.map(({ code }) => code),
      ['reply.mismatch', 'reply.mismatch'],
    );
  });

  it('all tries failing fail, with the last problem', async () => {
    const peer = await listen(afterTries(5));
    const result = await playSteps(good, { server: peer.url(), scenario: { retries: 2 } });
    assert.equal(result.outcome, 'failed');
    assert.match(actualIn(result), /try 3/);
    assert.equal(result.retried.length, 2);
    assert.equal(peer.talks.length, 3);
  });

  it('a try has a scenario.id of its own, and captures none of the one before', async () => {
    const peer = await listen(afterTries(2));
    await playSteps('- expect: 220\n- send: HELO ${scenario.id}\n  expect: 250\n- send: NOOP\n  expect: 250', {
      server: peer.url(),
      scenario: { retries: 1 },
    });
    const [first, second] = peer.talks.map(({ received }) => /HELO (\S+)/.exec(received)?.[1]);
    assert.ok(first && second);
    assert.notEqual(first, second);
  });

  it('a scenario that passes, or is skipped, is not tried again', async () => {
    const peer = await listen(smtpScript());
    await playSteps(good, { server: peer.url(), scenario: { retries: 3 } });
    await playSteps('- expect: 220\n- send: NOOP\n  expect: 251\n  otherwise: skip', {
      server: peer.url(),
      scenario: { retries: 3 },
    });
    assert.equal(peer.talks.length, 2);
  });
});

describe('requires, skip', () => {
  it('what the configuration lacks skips a scenario, and the reason names it', async () => {
    const result = await playSteps('- expect: 220', {
      server: unreachable,
      scenario: { requires: ['it', 'relay_domain', 'lmtp'] },
    });
    assert.equal(result.outcome, 'skipped');
    assert.match(reasonIn(result), /"relay_domain", "lmtp"/);
    assert.doesNotMatch(reasonIn(result), /"it"/);
  });

  it('skip never runs it', async () => {
    const result = await playSteps('- expect: 220', { server: unreachable, scenario: { skip: 'not today' } });
    assert.equal(result.outcome, 'skipped');
    assert.equal(result.reason, 'not today');
  });
});

describe('a run', () => {
  const { listen } = peers();
  const many = `
    suite: Many
    server: it
    scenarios:
      - name: number \${n}
        each: { n: [1, 2, 3, 4, 5] }
        dialogue: [{ expect: 220 }, { send: "VRFY \${n}", expect: 250 }]
    `;

  it('ends after so many failures with bail, and tells what did not run', async () => {
    const peer = await listen(smtpScript({ VRFY: (_talk, line) => (/[24]/.test(line) ? '550 No' : '250 Yes') }));
    const { results, summary } = await play(many, { servers: { it: peer.url() }, parallel: 1, bail: 2 });
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['passed', 'failed', 'passed', 'failed', 'not_run'],
    );
    assert.equal(results[4]?.reason, 'stopped after 2 failures');
    assert.equal(summary.exitStatus, 1);
  });

  it('exits with 3 where every scenario was skipped, and with 0 where one passed', async () => {
    const peer = await listen(smtpScript());
    const servers = { it: peer.url() };
    const file = (second: string) => `
      suite: A
      server: it
      scenarios:
        - { name: one, skip: not today, dialogue: [{ expect: 220 }] }
        - { name: two, ${second}dialogue: [{ expect: 220 }] }
      `;
    assert.equal((await play(file('skip: nor this, '), { servers })).summary.exitStatus, 3);
    assert.equal((await play(file(''), { servers })).summary.exitStatus, 0);
  });

  it('exits with 3 where nothing failed but something could not be checked, with 1 where something failed too', async () => {
    const peer = await listen(smtpScript());
    const file = (expectation: number) =>
      `suite: A\nscenarios:\n  - { name: a, server: none, dialogue: [{ expect: 220 }] }\n  - { name: b, server: it, dialogue: [{ expect: ${expectation} }] }\n`;
    const servers = { it: peer.url(), none: unreachable };
    assert.equal((await play(file(220), { servers })).summary.exitStatus, 3);
    assert.equal((await play(file(250), { servers })).summary.exitStatus, 1);
  });

  it('that is interrupted ends at once, leaves nothing open, and keeps what was found', async () => {
    const controller = new AbortController();
    const peer = await listen(
      smtpScript({
        VRFY: (_talk, line) => {
          if (line.endsWith('3')) controller.abort();
          return /[345]/.test(line) ? '' : line.endsWith('2') ? '550 No' : '250 Yes';
        },
      }),
    );
    const { results, summary } = await play(many, {
      servers: { it: peer.url() },
      parallel: 1,
      signal: controller.signal,
    });
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['passed', 'failed', 'not_run', 'not_run', 'not_run'],
    );
    assert.equal(results[2]?.reason, 'the run was interrupted');
    assert.equal(summary.exitStatus, 130);
    assert.ok(summary.interrupted);
    await peer.idle();
  });

  it('that is interrupted in a cleanup keeps the failure before it', async () => {
    const controller = new AbortController();
    const peer = await listen(
      smtpScript({
        RSET: () => {
          controller.abort();
          return '';
        },
      }),
    );
    const result = await playSteps(bad, {
      server: peer.url(),
      signal: controller.signal,
      suite: { after: [{ send: 'RSET', expect: 250 }] },
    });
    assert.equal(result.outcome, 'failed', told(result));
    assert.deepEqual(result.warnings, []);
  });
});
