import assert from 'node:assert/strict';
import { fastTime } from '../../fixtures/testing/fast-time.ts';
import { whole } from '../../fixtures/testing/long.ts';
import { peers, type Script, smtpScript, type Talk } from '../../fixtures/testing/peer.ts';
import { planOf } from '../../fixtures/testing/plan.ts';
import { play, told } from '../../fixtures/testing/play.ts';
import { itSideBySide } from '../../fixtures/testing/side-by-side.ts';
import { reasonIn } from '../../fixtures/testing/worded.ts';
import type { ScenarioResult } from '../result.ts';
import { noteWords } from '../words/outcome.ts';
import type { Attempt } from './attempt.ts';
import { createTraffic } from './traffic.ts';

const mail =
  '[expect: 220, { send: "MAIL FROM:<a@b>", expect: 250 }, { send: "RCPT TO:<c@d>", expect: 250 }, { send: QUIT, expect: 221 }]';

function suite(count: number, dialogue: string): string {
  const scenario = (at: number) => `  - name: number ${at}\n    dialogue: ${dialogue}`;
  return `suite: Many\nserver: it\nscenarios:\n${Array.from({ length: count }, (_, at) => scenario(at)).join('\n')}\n`;
}

const outcomesOf = (results: readonly ScenarioResult[]) => [...new Set(results.map(({ outcome }) => outcome))];

describe('a server that defends itself', () => {
  const it = itSideBySide(8);
  const { listen } = peers(after);

  /** Accepts `most` connections at once, and refuses others by `refuse`. */
  function limited(most: number, refuse: (talk: Talk) => void): Script {
    const good = smtpScript();
    let open = 0;
    return async (talk, number) => {
      if (open >= most) return refuse(talk);
      open++;
      void talk.gone.then(() => open--);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return good(talk, number);
    };
  }

  it('by refusing connections is asked for fewer at once, and the remedy is noted once', async () => {
    const peer = await listen(
      limited(3, (talk) => {
        talk.write('421 4.7.0 mx Error: too many connections from 127.0.0.1\r\n');
        talk.end();
      }),
    );
    const { results, summary } = await play(suite(30, mail), { servers: { it: peer.url() }, parallel: 8 });
    assert.deepEqual(outcomesOf(results), ['passed'], results.map(told).join('\n'));
    assert.equal(summary.exitStatus, 0);
    const [note, ...more] = summary.notes ?? [];
    assert.deepEqual(more, []);
    assert.match(
      noteWords(note as NonNullable<typeof note>),
      /^the server "it" limits connections from this address \(421 4\.7\.0 mx Error: too many connections from 127\.0\.0\.1\); mailspec slowed down: give the server "max_connections: [123]" in the configuration$/,
    );
  });

  it('by naming its limit is asked for no more than that at once', () => {
    const { scenarios = [] } = planOf(suite(14, mail), { servers: { it: 'smtp://127.0.0.1:25' } }).plan ?? {};
    const [refused] = scenarios;
    const [target] = refused?.connections.values() ?? [];
    assert.ok(refused && target);
    const traffic = createTraffic({ clock: () => 0 });
    for (const scenario of scenarios) traffic.start(scenario);
    const said = 'NO [LIMIT] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)';
    const attempt = { defended: { defense: 'limit', said, target } } as Attempt;
    const advice = () => traffic.notes().map(noteWords).join('\n');
    traffic.again(refused, attempt);
    assert.match(advice(), /"max_connections: 10" in the configuration$/);
    // The advice is the server's number as well when it refuses more, for example because it still counts ended ones.
    for (const scenario of scenarios.slice(1, 6)) traffic.again(scenario, attempt);
    assert.match(advice(), /"max_connections: 10" in the configuration$/);
  });

  it('by refusing connections is asked for fewer by checks of TLS as well', async () => {
    const peer = await listen(
      limited(2, (talk) => {
        talk.write('421 4.7.0 mx Error: too many connections from 127.0.0.1\r\n');
        talk.end();
      }),
    );
    const text = suite(12, '[{ certificate: { server: it }, expect: { protocol: TLSv1.3 } }]').replace(
      'server: it\n',
      '',
    );
    const { results, summary } = await play(text, { servers: { it: peer.url() }, parallel: 8 });
    // The peer does not support TLS, so each scenario gets that far and no further.
    for (const result of results) assert.doesNotMatch(told(result), /too many/);
    assert.equal(summary.notes?.[0]?.kind, 'connection limit');
  });

  /** Three ports of one server, which counts their connections together. */
  async function exim(most: number, said: string) {
    const script = limited(most, (talk) => {
      talk.write(`${said}\r\n`);
      talk.end();
    });
    const [a, b, c] = await Promise.all([listen(script), listen(script), listen(script)]);
    return { mx: a.url(), submission: b.url(), relay: c.url() };
  }
  const concurrent =
    '421 mx.example: Too many concurrent SMTP connections from this IP address; please try again later.';
  // Some of the combinations are enough, except in CI.
  for (const said of [concurrent, '421 too many connections'])
    for (const most of whole() ? [1, 3] : [said === concurrent ? 3 : 1])
      it(`by counting ${most} on all its ports together is asked for fewer on all of them: ${said}`, async () => {
        const servers = await exim(most, said);
        const files = Object.keys(servers).map((name) => ({
          path: `${name}.yaml`,
          text: suite(12, mail).replace('server: it', `server: ${name}`),
        }));
        const { results, summary } = await play(files, { servers, parallel: 8 });
        assert.deepEqual(outcomesOf(results), ['passed'], results.map(told).join('\n'));
        assert.equal(summary.exitStatus, 0);
        if (said !== concurrent) return;
        const words = summary.notes?.map((note) => noteWords(note)) ?? [];
        assert.equal(words.length, 1, words.join('\n'));
        assert.match(
          words[0] ?? '',
          new RegExp(
            `^the servers "mx", "submission" and "relay" count connections from this address together .* run it with "--parallel [1-${most}]"$`,
          ),
        );
      });

  it('by counting ended ones for a while, with words on one port and none on another, is waited for', async () => {
    let open = 0;
    const script =
      (refuse: (talk: Talk) => void): Script =>
      async (talk, number) => {
        if (open >= 2) return refuse(talk);
        open++;
        void talk.gone.then(() => setTimeout(() => open--, 300));
        return smtpScript()(talk, number);
      };
    const telling = await listen(
      script((talk) => {
        talk.write(`${concurrent}\r\n`);
        talk.end();
      }),
    );
    const silent = await listen(script((talk) => talk.end()));
    const servers = { mx: telling.url(), submission: silent.url() };
    const files = Object.keys(servers).map((name) => ({
      path: `${name}.yaml`,
      text: suite(4, mail).replace('server: it', `server: ${name}`),
    }));
    const { results } = await play(files, { servers, parallel: 8 });
    assert.deepEqual(outcomesOf(results), ['passed'], results.map(told).join('\n'));
  });

  it('by counting ended connections for a while, without a word, is waited for', async () => {
    let open = 0;
    const peer = await listen(async (talk, number) => {
      if (open >= 2) return talk.end();
      open++;
      void talk.gone.then(() => setTimeout(() => open--, 1500));
      return smtpScript()(talk, number);
    });
    const { results, summary } = await play(suite(5, mail), { servers: { it: peer.url() }, parallel: 8 });
    assert.deepEqual(outcomesOf(results), ['passed'], results.map(told).join('\n'));
    assert.deepEqual(
      summary.notes?.map(({ kind }) => kind),
      ['connection limit'],
    );
  });

  it('by closing connections without a word likewise', async () => {
    const peer = await listen(limited(4, (talk) => talk.end()));
    const { results, summary } = await play(suite(30, mail), { servers: { it: peer.url() }, parallel: 8 });
    assert.deepEqual(outcomesOf(results), ['passed'], results.map(told).join('\n'));
    assert.deepEqual(
      summary.notes?.map(({ kind }) => kind),
      ['connection limit'],
    );
  });

  /**
   * As Courier, closes all connections but `most`, and counts one until its program has ended, a little after the
   * connection. It answers once `parallel` have come and those that it accepts have read its greeting, so that they are
   * open at once.
   */
  function courier(most: number, parallel: number): Script {
    let [open, came, greeted] = [0, 0, 0];
    let answer = () => {};
    const everyone = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const answerAll = () => {
      if (came >= parallel && greeted >= Math.min(most, parallel)) answer();
    };
    const good = smtpScript({
      MAIL: async () => {
        greeted++;
        answerAll();
        await everyone;
        return '250 2.1.0 Ok';
      },
    });
    return (talk, number) => {
      came++;
      answerAll();
      if (open >= most) return talk.end();
      open++;
      void talk.gone.then(() => setTimeout(() => open--, parallel > most ? 50 : 0));
      return good(talk, number);
    };
  }
  for (const most of [1, 4, 20])
    for (const parallel of whole() ? [8, 32] : [most > 8 ? 8 : 32])
      it(`by closing those beyond ${most} without a word is used to the full, with ${parallel} at a time`, async () => {
        const peer = await listen(courier(most, parallel));
        const { results, summary } = await play(suite(40, mail), { servers: { it: peer.url() }, parallel });
        assert.deepEqual(outcomesOf(results), ['passed'], results.map(told).join('\n'));
        assert.deepEqual(
          summary.notes?.map((note) => noteWords(note)) ?? [],
          parallel <= most
            ? []
            : [
                `the server "it" limits connections from this address (it closes those beyond without a word); mailspec slowed down: give the server "max_connections: ${most}" in the configuration`,
              ],
        );
      });

  it('is no such server where it closes a single connection without a word as well', async () => {
    const peer = await listen((talk) => talk.end());
    const { results, summary } = await play(suite(12, mail), { servers: { it: peer.url() }, parallel: 8 });
    assert.ok(results.every(({ outcome }) => outcome !== 'passed'));
    assert.equal(summary.notes, undefined);
  });

  it('is no such server where the refusal is what the scenario is about', async () => {
    const peer = await listen((talk) => {
      talk.write('421 too many connections\r\n');
      talk.end();
    });
    const { results, summary } = await play(suite(3, '[expect: 421, expect: closed]'), { servers: { it: peer.url() } });
    assert.deepEqual(outcomesOf(results), ['passed']);
    assert.equal(summary.notes, undefined);
  });

  it('is asked again where it refuses although nothing was expected', async () => {
    const peer = await listen((talk, number) => {
      if (number > 2) return smtpScript()(talk, number);
      talk.write('220 ready\r\n');
      talk.write('421 4.7.0 mx Error: too many concurrent connections from 127.0.0.1\r\n');
      talk.end();
    });
    const text = suite(1, '[expect: 220, expect: { nothing: 50ms }, { send: QUIT, expect: 221 }]');
    const { results } = await play(text, { servers: { it: peer.url() } });
    assert.deepEqual(outcomesOf(results), ['passed'], results.map(told).join('\n'));
  });

  it('is asked again by a scenario that is about limits when it refuses even the first connection', async () => {
    const peer = await listen((talk, number) => {
      if (number > 2) return smtpScript()(talk, number);
      talk.write('421 Too many concurrent SMTP connections; please try again later.\r\n');
      talk.end();
    });
    const text = suite(1, mail).replace('    dialogue:', '    provokes: [rate-limit]\n    dialogue:');
    const { results } = await play(text, { servers: { it: peer.url() } });
    assert.deepEqual(outcomesOf(results), ['passed'], results.map(told).join('\n'));
  });

  it('gets so many connections a minute, evenly spaced, as its entry says', async () => {
    const peer = await listen(smtpScript());
    const started = performance.now();
    const { results } = await play(suite(5, mail), {
      servers: { it: { url: peer.url(), connections_per_minute: 600 } },
    });
    assert.deepEqual(outcomesOf(results), ['passed']);
    assert.ok(performance.now() - started >= 400, `${performance.now() - started} ms`);
  });

  it('by counting what one scenario does in a minute is not asked for ever', () => {
    const [scenario] = planOf(suite(1, mail), { servers: { it: 'smtp://127.0.0.1:25' } }).plan?.scenarios ?? [];
    const [target] = scenario?.connections.values() ?? [];
    assert.ok(scenario && target);
    let now = 0;
    const traffic = createTraffic({ clock: () => now });
    const attempt = { defended: { defense: 'limit', said: '450 4.7.1 Error: too much mail', target } } as Attempt;
    const times: number[] = [];
    for (;;) {
      traffic.start(scenario);
      // The wait itself is the clock's.
      void traffic.turn(target, AbortSignal.abort(), (ms) => {
        now += ms;
      });
      const again = traffic.again(scenario, attempt);
      traffic.end(scenario);
      times.push(now);
      if (again === undefined) break;
      now = again;
    }
    assert.deepEqual(times, [0, 61_000, 122_000]);
    // Nor do the others have to go slowly for it.
    assert.deepEqual(traffic.notes(), []);
    now += 61_000;
    assert.equal(
      traffic.turn(target, AbortSignal.abort(), () => assert.fail()),
      undefined,
    );
    assert.equal(
      traffic.turn(target, AbortSignal.abort(), () => assert.fail()),
      undefined,
    );
  });

  it('by counting messages is asked more slowly until it accepts them all', () => {
    const scenarios = planOf(suite(40, mail), { servers: { it: 'smtp://127.0.0.1:25' } }).plan?.scenarios ?? [];
    const [target] = scenarios[0]?.connections.values() ?? [];
    assert.ok(target);
    let now = 0;
    const traffic = createTraffic({ clock: () => now });
    const said = '450 4.7.1 Error: too much mail from 192.0.2.1';
    // Each scenario has four messages, and the server accepts thirty in each minute by its clock.
    let [minute, accepted] = [0, 0];
    const isRefused = () => {
      if (Math.floor(now / 60_000) > minute) [minute, accepted] = [Math.floor(now / 60_000), 0];
      accepted += 4;
      return accepted > 30;
    };
    const tries = scenarios.map((scenario) => {
      for (let tries = 1; ; tries++) {
        traffic.start(scenario);
        void traffic.turn(target, AbortSignal.abort(), (ms) => {
          now += ms;
        });
        now += 20;
        const attempt = { defended: { defense: 'limit', said, target } } as Attempt;
        const refused = isRefused();
        const again = refused ? traffic.again(scenario, attempt) : undefined;
        traffic.end(scenario);
        if (!refused) return tries;
        assert.ok(again !== undefined, `gave up after ${tries} tries`);
        now = Math.max(now, again);
      }
    });
    assert.ok(Math.max(...tries) <= 2, `${tries}`);
    const [note] = traffic.notes();
    assert.ok(note);
    const [, most] = /limits the messages.*connections_per_minute: (\d+)/.exec(noteWords(note)) ?? [];
    assert.ok(Number(most) * 4 <= 30 && Number(most) >= 3, noteWords(note));
  });

  /** Defers recipients until it is asked again at least `ms` milliseconds after the first time. */
  function greylist(ms: number, said: string): Script {
    let first: number | undefined;
    return async (talk, number) => {
      await smtpScript({
        RCPT: () => {
          first ??= performance.now();
          return performance.now() - first < ms ? said : '250 2.1.5 Ok';
        },
      })(talk, number);
    };
  }

  it('by greylisting is asked again', async () => {
    const peer = await listen(greylist(1000, '450 4.2.0 <c@d>: Recipient address rejected: Greylisted'));
    const { results, summary } = await play(suite(4, mail), { servers: { it: peer.url() } });
    assert.deepEqual(outcomesOf(results), ['passed'], results.map(told).join('\n'));
    assert.deepEqual(
      summary.notes?.map((note) => noteWords(note)),
      [
        'the server "it" defers mail from clients that it does not know (greylisting): 450 4.2.0 <c@d>: Recipient address rejected: Greylisted; mailspec waited until it accepted it',
      ],
    );
  });

  it('by greylisting gets another scenario id each time', async () => {
    const peer = await listen(greylist(1000, '450 4.2.0 <c@d>: Recipient address rejected: Greylisted'));
    const { results } = await play(
      suite(1, mail.replace('{ send: QUIT, expect: 221 }', '{ send: "NOOP ${scenario.id}", expect: 250 }')).replace(
        'expect: 220, ',
        'expect: 220, { send: "NOOP ${scenario.id}", expect: 250 }, ',
      ),
      { servers: { it: peer.url() } },
    );
    assert.deepEqual(outcomesOf(results), ['passed'], results.map(told).join('\n'));
    const ids = peer.talks.map(({ received }) => received.split('\r\n')[0]);
    assert.ok(ids.length > 1);
    assert.equal(new Set(ids).size, ids.length, ids.join(', '));
  });

  it('by greylisting is provoked when all that it deferred has run', async () => {
    const peer = await listen(greylist(1000, '450 4.2.0 <c@d>: Recipient address rejected: Greylisted'));
    const { results } = await play(`${suite(3, mail)}  - { name: provokes, provokes: [errors], dialogue: ${mail} }\n`, {
      servers: { it: peer.url() },
    });
    assert.deepEqual(outcomesOf(results), ['passed'], results.map(told).join('\n'));
  });

  it('by greylisting for longer than it is waited for blocks what it defers, and is noted once', async () => {
    const peer = await listen(greylist(1e9, '451 4.7.1 Greylisting in action, please come back in 00:04:59'));
    const { results, summary } = await play(suite(6, mail), { servers: { it: peer.url() } });
    assert.deepEqual(outcomesOf(results), ['blocked'], results.map(told).join('\n'));
    assert.equal(summary.exitStatus, 3);
    assert.equal(summary.notes?.length, 1);
    assert.match(
      reasonIn(results[0] as ScenarioResult),
      /^the server "it" cannot be used: mail from clients .* is deferred .* 00:04:59$/,
    );
  });

  /** POP3 for one user, who may log in only every `ms` milliseconds. */
  function delaying(ms: number): Script {
    let last: number | undefined;
    return async (talk) => {
      talk.write('+OK ready\r\n');
      while (true) {
        const line = await talk.line();
        if (line === undefined) return;
        if (!/^PASS/i.test(line)) talk.write('+OK\r\n');
        else if (last !== undefined && performance.now() - last < ms) {
          talk.write('-ERR [LOGIN-DELAY] Logins must be at least 1 s apart\r\n');
        } else {
          last = performance.now();
          talk.write('+OK\r\n');
        }
        if (/^QUIT/i.test(line)) talk.end();
      }
    };
  }
  const reading =
    '[expect: +OK, { send: USER a, expect: +OK }, { send: PASS b, expect: +OK }, { send: QUIT, expect: +OK }]';

  it('by letting a user log in only so often blocks the logins that come too soon', async () => {
    const peer = await listen(delaying(1e9));
    const { results, summary } = await play(suite(4, reading), { servers: { it: peer.url('pop3') } });
    assert.deepEqual(results.map(({ outcome }) => outcome).sort(), ['blocked', 'blocked', 'blocked', 'passed']);
    assert.equal(summary.exitStatus, 3);
    assert.deepEqual(
      summary.notes?.map((note) => noteWords(note)),
      [
        'the server "it" lets a user log in only so often: -ERR [LOGIN-DELAY] Logins must be at least 1 s apart; remove the limit for the test, or wait for it with "login_delay_wait"',
      ],
    );
  });

  it('by letting a user log in only so often is given the time that the configuration allows', async () => {
    const peer = await listen(delaying(1000));
    const { results, summary } = await play(suite(2, reading), {
      servers: { it: { url: peer.url('pop3'), login_delay_wait: '1m' } },
    });
    assert.deepEqual(outcomesOf(results), ['passed'], results.map(told).join('\n'));
    assert.deepEqual(
      summary.notes?.map((note) => noteWords(note)),
      [
        'the server "it" lets a user log in only so often: -ERR [LOGIN-DELAY] Logins must be at least 1 s apart; mailspec waited between the logins',
      ],
    );
  });

  it('by refusing the name in EHLO blocks what it refuses, and names the variable', async () => {
    const said = '450 4.7.1 <client.example>: Helo command rejected: Host not found';
    const peer = await listen(smtpScript({ RCPT: said }));
    const { results, summary } = await play(suite(6, mail), { servers: { it: peer.url() } });
    assert.deepEqual(outcomesOf(results), ['blocked'], results.map(told).join('\n'));
    assert.equal(summary.exitStatus, 3);
    assert.deepEqual(
      summary.notes?.map((note) => noteWords(note)),
      [
        `the server "it" rejects the name that mailspec sends in EHLO (${said}): set the variable "helo" to an existing name, preferably this machine's`,
      ],
    );
  });

  it('is not confused with one that rejects', async () => {
    const peer = await listen(greylist(1e9, '550 5.7.1 Greylisted for good'));
    const { results, summary } = await play(suite(2, mail), { servers: { it: peer.url() } });
    assert.deepEqual(outcomesOf(results), ['failed']);
    assert.equal(summary.notes, undefined);
  });
});

describe('a server that takes its time', () => {
  const it = itSideBySide(2);
  const { listen } = peers(after);
  fastTime(4);

  it('by accepting fewer than a scenario opens is asked nine times by one of them, and then hardly by others', async () => {
    let [open, refused] = [0, 0];
    const peer = await listen((talk, number) => {
      if (open > 0) {
        refused++;
        return talk.end();
      }
      open++;
      void talk.gone.then(() => open--);
      return smtpScript()(talk, number);
    });
    const both = '[{ on: a, expect: 220 }, { on: b, expect: 220 }]';
    const scenario = (name: string) => `  - { name: ${name}, connections: { a: it, b: it }, dialogue: ${both} }\n`;
    const refusals: number[] = [];
    const { results } = await play(`suite: S\nscenarios:\n${scenario('one')}${scenario('two')}`, {
      servers: { it: peer.url() },
      parallel: 1,
      onEvent: ({ type }) => void (type === 'scenario' && refusals.push(refused)),
    });
    assert.deepEqual(outcomesOf(results), ['failed'], results.map(told).join('\n'));
    // They take turns, so that the second has up to eight when the first gives up.
    const [first = 0, last = 0] = refusals;
    assert.ok(first >= 9 && first <= 17, `${first}`);
    assert.ok(last <= first + 3, `${last}`);
  });

  it('may make a scenario wait longer for its connection than all its own time', async () => {
    const peer = await listen(smtpScript());
    const { results } = await play(suite(2, mail).replace('suite:', 'timeout: 5s\nsuite:'), {
      servers: { it: { url: peer.url(), connections_per_minute: 10 } },
    });
    assert.deepEqual(outcomesOf(results), ['passed'], results.map(told).join('\n'));
  });
});
