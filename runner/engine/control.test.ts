import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { play, playSteps, told } from '../../fixtures/testing/play.ts';
import { itSideBySide } from '../../fixtures/testing/side-by-side.ts';
import { headlineIn, linesIn } from '../../fixtures/testing/worded.ts';

describe('eventually', () => {
  const it = itSideBySide(4);
  const { listen } = peers(after);
  const rising = (fine: number) => {
    let tries = 0;
    return smtpScript({ NOOP: () => (++tries >= fine ? '250 At last' : `450 Not yet ${tries}`) });
  };
  const block = (within: string, every: string, dialogue: string) =>
    `- eventually:\n    within: ${within}\n    every: ${every}\n    dialogue:\n${dialogue
      .split('\n')
      .map((line) => `      ${line}`)
      .join('\n')}`;
  const look = '- expect: 220\n- send: NOOP\n  expect: 250';

  it('tries until all of its steps hold, on a new connection each time', async () => {
    const peer = await listen(rising(3));
    const result = await playSteps(`${block('10s', '20ms', look)}\n- send: RSET\n  expect: 250`, {
      server: peer.url(),
    });
    assert.equal(result.outcome, 'passed', told(result));
    assert.equal(peer.talks.length, 3);
    assert.equal(await peer.talks[0]?.gone, 'closed');
    assert.ok(
      linesIn(result).some((text) => /^not yet: NOOP: not the expected reply; trying again in 20 ms$/.test(text)),
      told(result),
    );
  });

  it('fails with the command whose reply came too late, and with what such a reply means', async () => {
    const peer = await listen((talk, number) =>
      smtpScript({
        NOOP: async () => {
          await talk.gone;
          return '250 Ok';
        },
      })(talk, number),
    );
    const steps = '- expect: 220\n- send: NOOP\n  expect: 250\n  timeout: 20ms';
    const result = await playSteps(block('50ms', '20ms', steps), { server: peer.url() });
    assert.equal(result.outcome, 'failed', told(result));
    assert.deepEqual(result.problem?.evidence?.action, { kind: 'command', label: 'NOOP', line: 'NOOP' });
    assert.doesNotMatch(told(result), /greeting/);
  });

  it('keeps a connection that was open before', async () => {
    const peer = await listen(rising(3));
    const result = await playSteps(`- expect: 220\n${block('10s', '10ms', '- send: NOOP\n  expect: 250')}`, {
      server: peer.url(),
    });
    assert.equal(result.outcome, 'passed', told(result));
    assert.equal(peer.talks.length, 1);
  });

  it("fails with the last try's problem when its time is over", async () => {
    const peer = await listen(rising(1e9));
    const result = await playSteps(block('1s', '200ms', look), { server: peer.url() });
    assert.equal(result.outcome, 'failed');
    assert.match(
      headlineIn(result),
      /^NOOP: expected 250, got 450 Not yet \d+ \(tried [2-9] times within 1 s\)$/,
      told(result),
    );
    assert.equal(result.problem?.mismatches[0]?.path, 'code');
    assert.ok(result.duration >= 990 && result.duration < 3000);
  });

  it('a last try is made at the very end, however long the pauses are', async () => {
    const peer = await listen(rising(2));
    const result = await playSteps(block('1s', '10s', look), { server: peer.url() });
    assert.equal(result.outcome, 'passed', told(result));
    assert.ok(result.duration < 5000);
  });

  it('tries once more if the last attempt began before the end, since its state is an earlier one', async () => {
    let tries = 0;
    const peer = await listen(smtpScript({ NOOP: () => (++tries === 1 ? '' : '250 Here now') }));
    const result = await playSteps(block('1s', '20ms', look), { server: peer.url() });
    assert.equal(result.outcome, 'passed', told(result));
    assert.equal(tries, 2);
  });

  it('gives the last attempt the time that the one before took', async () => {
    const peer = await listen(async (talk, number) => {
      talk.write('220 ready\r\n');
      await talk.line();
      // The first attempt lasts until the end.
      if (number === 1) return;
      const slow = setTimeout(() => talk.write('250 Here now\r\n'), 1200);
      await talk.gone;
      clearTimeout(slow);
    });
    const result = await playSteps(block('3s', '1s', look), { server: peer.url() });
    assert.equal(result.outcome, 'passed', told(result));
    assert.equal(peer.talks.length, 2);
  });

  it('takes a server that cannot be had for one that is not up yet', async () => {
    const result = await playSteps(block('1s', '200ms', '- expect: 220'), { server: 'smtp://127.0.0.1:1' });
    assert.equal(result.outcome, 'errored', told(result));
    assert.match(headlineIn(result), /Cannot connect to .*\(tried [2-9] times within 1 s\)$/);
  });

  it('a try that hangs ends with the time', async () => {
    const peer = await listen(smtpScript({ NOOP: '' }));
    const result = await playSteps(block('150ms', '20ms', look), { server: peer.url() });
    assert.equal(result.outcome, 'failed', told(result));
    assert.ok(result.duration < 3000, String(result.duration));
  });

  it('warnings of tries that failed are forgotten', async () => {
    const peer = await listen(rising(3));
    const result = await playSteps(
      block(
        '10s',
        '10ms',
        '- expect: 220\n- send: RSET\n  expect: 251\n  otherwise: warn\n- send: NOOP\n  expect: 250',
      ),
      { server: peer.url() },
    );
    assert.equal(result.outcome, 'passed', told(result));
    assert.equal(result.warnings.length, 1);
  });
});

describe('repeat', () => {
  const { listen } = peers();

  it('counts ${index} from 1, the innermost first', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps(
      `
      - expect: 220
      - repeat:
          times: 2
          dialogue:
            - send: VRFY a\${index}
              expect: 250
            - repeat:
                times: 2
                dialogue:
                  - send: VRFY b\${index}
                    expect: 250
            - send: VRFY c\${index}
              expect: 250
      `,
      { server: peer.url() },
    );
    assert.equal(result.outcome, 'passed', told(result));
    assert.equal(peer.talks[0]?.received.replaceAll('VRFY ', '').replaceAll('\r\n', ' '), 'a1 b1 b2 c1 a2 b1 b2 c2 ');
  });
});

describe('steps that never wait', () => {
  const { listen } = peers();
  const forever = (dialogue: string) => `- repeat: { times: 999999, dialogue: ${dialogue} }`;

  const bodies: readonly (readonly [what: string, steps: string])[] = [
    ['a step', forever('[reset]')],
    ['a fragment', forever('[{ use: ended }]')],
    ['an "eventually"', forever('[{ eventually: { within: 1h, every: 1s, dialogue: [reset] } }]')],
    ['a "repeat"', forever(`[{ repeat: { times: 3, dialogue: [reset] } }]`)],
  ];
  for (const [what, steps] of bodies) {
    it(`end with the scenario's time, and the run's, where they are ${what}`, async () => {
      const peer = await listen(smtpScript());
      const result = await playSteps(`- expect: 220\n- reset\n${steps}`, {
        server: peer.url(),
        scenario: { timeout: '200ms' },
        suite: { fragments: { ended: ['reset'] } },
      });
      assert.equal(result.problem?.code, 'scenario.timeout', told(result));
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 100);
      const interrupted = await playSteps(`- expect: 220\n- reset\n${steps}`, {
        server: peer.url(),
        suite: { fragments: { ended: ['reset'] } },
        signal: controller.signal,
      });
      assert.equal(interrupted.outcome, 'not_run', told(interrupted));
    });
  }
});

describe('use', () => {
  const { listen } = peers();
  const fragments = { hello: [{ expect: 220 }, { send: 'EHLO ${who}', expect: 250 }] };

  it('plays a fragment of the file, with values', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps('- use: hello\n  with: { who: me.example }\n- send: NOOP\n  expect: 250', {
      server: peer.url(),
      suite: { fragments, variables: { who: 'nobody' } },
    });
    assert.equal(result.outcome, 'passed', told(result));
    assert.equal(peer.talks[0]?.received, 'EHLO me.example\r\nNOOP\r\n');
  });

  it('plays one of another file, and one that ships', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mailspec-'));
    try {
      writeFileSync(
        join(folder, 'other.yaml'),
        JSON.stringify({ suite: 'Fragments', variables: { who: 'default.example' }, fragments }),
      );
      const peer = await listen(smtpScript());
      const result = await playSteps('- use: ./other.yaml#hello\n- use: mailspec:smtp#quit', {
        server: peer.url(),
        folder,
      });
      assert.equal(result.outcome, 'passed', told(result));
      assert.equal(peer.talks[0]?.received, 'EHLO default.example\r\nQUIT\r\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("a step's failure in it stands at the step", async () => {
    const peer = await listen(smtpScript({ EHLO: '500 No' }));
    const result = await playSteps('- use: hello\n  with: { who: me.example }', {
      server: peer.url(),
      suite: { fragments, variables: { who: 'nobody' } },
    });
    assert.equal(headlineIn(result), 'EHLO me.example: expected 250, got 500 No', told(result));
  });
});

describe('variables', () => {
  const { listen } = peers();

  it('built-ins are there: run.id, scenario.id, now, server.host, server.port', async () => {
    const peer = await listen(smtpScript());
    const file = `
      suite: Built-ins
      server: it
      scenarios:
        - name: number \${n}
          each: { n: [1, 2] }
          dialogue:
            - expect: 220
            - send: VRFY \${run.id} \${scenario.id} \${server.host} \${server.port} \${now}
              expect: 250
      `;
    const { results } = await play(file, { servers: { it: peer.url() } });
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['passed', 'passed'],
      results.map(told).join('\n'),
    );
    const seen = peer.talks.map(({ received }) => /^VRFY (\S+) (\S+) (\S+) (\S+) (.*)\r\n$/.exec(received) ?? []);
    assert.equal(seen[0]?.[1], seen[1]?.[1]);
    assert.notEqual(seen[0]?.[2], seen[1]?.[2]);
    for (const [, runId = '', scenarioId = '', host, port, now = ''] of seen) {
      assert.match(runId, /^[A-Za-z0-9.-]+$/);
      assert.match(scenarioId, /^[A-Za-z0-9.-]{1,60}$/);
      assert.equal(host, '127.0.0.1');
      assert.equal(port, String(peer.port));
      assert.match(now, /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} \+0000$/);
      assert.ok(Math.abs(Date.parse(now) - Date.now()) < 60_000);
    }
  });

  it('filters work on captured values, patterns take them literally, the latest capture wins', async () => {
    const peer = await listen(
      smtpScript({ EHLO: '250 a.b+c', VRFY: (_talk, line) => `250 ${line.slice(5)} a.b+c axb+c` }),
    );
    const result = await playSteps(
      `
      - expect: 220
      - send: EHLO a
        expect: 250
        capture: { seen: "/(\\\\S+)/", gone: "/a/" }
      - send: VRFY \${seen|base64} \${seen|upper} \${seen|hex} \${seen|xtext} $\${seen}
        expect: { code: 250, text: "/ \${seen} axb/" }
        capture: { seen: "/^(\\\\S+)/" }
      - send: VRFY \${seen|unbase64}
        expect: { code: 250, text: { contains: "\${seen|unbase64}" } }
      `,
      { server: peer.url() },
    );
    assert.equal(result.outcome, 'passed', told(result));
    assert.match(
      peer.talks[0]?.received ?? '',
      /VRFY YS5iK2M= A\.B\+C 612e622b63 a\.b\+2Bc \$\{seen\}\r\nVRFY a\.b\+c\r\n/,
    );
  });

  it("a capture that finds nothing fails; a matcher's capture keeps what it met", async () => {
    const peer = await listen(
      smtpScript({ EHLO: '250-peer\n250 SIZE 12345', message: '250 2.0.0 Ok: queued as 4ZxY12' }),
    );
    const missing = await playSteps(
      '- expect: 220\n- send: EHLO a\n  expect: 250\n  capture: { id: "/queued as (\\\\S+)/" }',
      { server: peer.url() },
    );
    assert.equal(missing.outcome, 'failed');
    assert.equal(missing.problem?.code, 'capture.missing', told(missing));
    const met = await playSteps(
      '- expect: 220\n- send: EHLO a\n  expect: { code: 250, extensions: { SIZE: { capture: most } } }\n- send: MAIL FROM:<> SIZE=${most}\n  expect: 250\n- send: DATA\n  expect: 354\n- message: { raw: a }\n  expect: 250\n  capture: { id: "/queued as (\\\\S+)/" }\n- send: VRFY ${id}\n  expect: 250',
      { server: peer.url() },
    );
    assert.equal(met.outcome, 'passed', told(met));
    assert.match(peer.talks[1]?.received ?? '', /SIZE=12345\r\n[\s\S]*VRFY 4ZxY12\r\n/);
  });

  it('a value that a filter does not take is an error that names it', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps(
      '- expect: 220\n- send: NOOP\n  expect: 250\n  capture: { text: "/(.*)/" }\n- send: VRFY ${text|unbase64}\n  expect: 250',
      { server: peer.url() },
    );
    assert.equal(result.outcome, 'errored', told(result));
    assert.equal(result.problem?.code, 'input.value');
    assert.match(headlineIn(result), /Cannot decode "2\.0\.0 OK": it is not base64/);
  });

  it('last wins: configuration, suite, scenario, each, --var, captures', async () => {
    const peer = await listen(smtpScript({ NOOP: '250 captured' }));
    const file = `
      suite: Order
      server: it
      variables: { b: suite, c: suite, d: suite, e: suite }
      scenarios:
        - name: one \${d}
          variables: { c: scenario, d: scenario, e: scenario }
          each: { d: [each], e: [each] }
          dialogue:
            - expect: 220
            - send: VRFY \${a} \${b} \${c} \${d} \${e}
              expect: 250
            - send: NOOP
              expect: 250
              capture: { e: "/.+/" }
            - send: VRFY \${e}
              expect: 250
      `;
    const { results } = await play(file, {
      servers: { it: peer.url() },
      variables: { a: 'config', b: 'config' },
      overrides: { variables: new Map([['e', 'var']]) },
    });
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['passed'],
      results.map(told).join('\n'),
    );
    assert.equal(peer.talks[0]?.received, 'VRFY config suite scenario each var\r\nNOOP\r\nVRFY captured\r\n');
  });

  it('play one dialogue against several servers', async () => {
    const one = await listen(smtpScript({ greeting: '220 one' }));
    const two = await listen(smtpScript({ greeting: '220 two' }));
    const { results } = await play(
      'suite: A\nscenarios:\n  - name: on ${server}\n    each: { server: [one, two] }\n    server: "${server}"\n    dialogue: [{ expect: "220 ${server}" }]\n',
      { servers: { one: one.url(), two: two.url() } },
    );
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['passed', 'passed'],
      results.map(told).join('\n'),
    );
  });
});
