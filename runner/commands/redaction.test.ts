import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { echoesSecrets } from '../../fixtures/hostile/behaviours.ts';
import { type HostileServer, startHostileServer } from '../../fixtures/hostile/server.ts';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { planned } from '../../fixtures/testing/plan.ts';
import { type Played, play } from '../../fixtures/testing/play.ts';
import { headlineIn, linesIn } from '../../fixtures/testing/worded.ts';
import { openReporters } from '../reporters/index.ts';
import { type ReporterName, reporters as reporterNames } from '../reporters/table.ts';
import type { ScenarioResult } from '../result.ts';

/** Everything that any output could show of a run: the events, and the text of every reporter. */
async function outputs(played: Played): Promise<string> {
  const texts = [JSON.stringify(played.events)];
  for (const name of Object.keys(reporterNames) as ReporterName[]) {
    const stdout = new PassThrough();
    let text = '';
    stdout.on('data', (octets: Buffer) => {
      text += octets.toString();
    });
    const reporters = await openReporters([{ name, file: '-' }], {
      stdout: stdout as never,
      stderr: stdout as never,
      environment: {},
      strict: false,
      rerun: 'mailspec run',
    });
    for (const event of played.events) await reporters.report(event);
    await reporters.close();
    assert.deepEqual(reporters.failures, [], name);
    // If everything passed, there is nothing to annotate.
    if (name !== 'github') assert.notEqual(text, '', name);
    texts.push(text);
  }
  return texts.join('\n');
}

/** Asserts that no eight consecutive octets of the secret are shown, in any encoding. */
function assertHidden(text: string, secret: string, also: readonly string[] = []): void {
  const octets = Buffer.from(secret);
  const base64 = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), octets])
      .toString('base64')
      .slice(Math.ceil((before * 4) / 3) + 1)
      .replace(/=+$/, '')
      .slice(0, -2),
  );
  const forms = [
    secret,
    octets.toString('latin1'),
    octets.toString('hex'),
    encodeURIComponent(secret),
    ...base64,
    ...also,
    ...['md5', 'sha256'].map((hash) => createHash(hash).update(octets).digest('hex')),
  ];
  for (const form of forms)
    assert.ok(
      !text.includes(form),
      `shows ${form}: ${text.slice(Math.max(0, text.indexOf(form) - 200), text.indexOf(form) + 200)}`,
    );
}

const passwords = {
  plain: 'correct-horse-battery',
  odd: 'p:Ä "q\\w{o}r\'d %40+=/$',
  control: 'bell\x07-and-tab\t-inside',
} as const;

describe('secrets', () => {
  const { listen } = peers();
  const hostile: HostileServer[] = [];
  afterEach(() => Promise.all(hostile.splice(0).map((server) => server.stop())));

  for (const [kind, password] of Object.entries(passwords)) {
    it(`that a server says back after every mechanism are in no output: ${kind}`, async () => {
      const server = await startHostileServer(echoesSecrets());
      hostile.push(server);
      const played = await play(
        `
        suite: Echo
        server: it
        scenarios:
          - name: \${mechanism} \${initial}
            each: { mechanism: [PLAIN, LOGIN, CRAM-MD5, XOAUTH2, OAUTHBEARER], initial: [true, false] }
            dialogue:
              - expect: 220
              - authenticate: { mechanism: "\${mechanism}", user: alice, password: "\${password}", token: "\${password}", initial_response: "\${initial}" }
                expect: { code: 235, text: /fine/ }
        `,
        { servers: { it: server.url('smtp') }, secrets: { password } },
      );
      // Tokens with control characters cannot be sent, and a tab encoded in base64 does not occur in challenges.
      assert.ok(played.results.some(({ outcome }) => outcome === 'failed'));
      const shown = await outputs(played);
      assertHidden(shown, password);
      assert.match(shown, /«password»/);
      for (const line of server.received().split('\r\n')) {
        if (/^[A-Za-z0-9+/]{16,}=*$/.test(line) && Buffer.from(line, 'base64').toString().includes(password))
          assert.ok(!shown.includes(line), line);
      }
    });
  }

  it('in a greeting of octets that are not UTF-8 are in no output', async () => {
    const password = 'correct-Horse-Ö-battery';
    for (const encoding of ['latin1', 'utf16le'] as const) {
      const said = Buffer.from(password, encoding);
      const peer = await listen((talk) => {
        talk.write(Buffer.concat([Buffer.from('220 x '), said, Buffer.from('\r\n')]));
      });
      const played = await play('{ suite: S, server: it, scenarios: [{ name: a, dialogue: [{ expect: 250 }] }] }', {
        servers: { it: peer.url() },
        secrets: { password },
      });
      const shown = await outputs(played);
      const start = Buffer.from('correct-', encoding).toString('latin1').replaceAll('\0', '␀');
      assert.ok(!shown.includes(start), shown.slice(shown.indexOf(start) - 100, shown.indexOf(start) + 100));
      assert.match(shown, /"greeting":"220 x «password»"/);
    }
  });

  it('in lines, pipelines, raw octets, trickles, messages, filters and captures are in no output', async () => {
    const peer = await listen(
      smtpScript({ VRFY: (_talk, line) => `550 5.1.1 ${line}`, EXPN: (_talk, line) => `250 you said ${line}` }),
    );
    const password = passwords.plain;
    const played = await play(
      `
      suite: Everywhere
      server: it
      scenarios:
        - name: one
          dialogue:
            - expect: 220
            - send: EXPN \${password}
              expect: 250
              capture: { echoed: "/EXPN (.*)/" }
            - send: EXPN \${echoed|base64} \${echoed|upper} \${password|md5} \${password|sha256} \${password|hex} \${password|urlencode} \${password|xtext} \${password|base64}
              expect: 250
            - pipeline:
                - { send: "NOOP a\${password}b", expect: 250 }
                - { send: "NOOP c\${password|upper}", expect: 250 }
            - send: { raw: "NOOP \${password}\\r\\n", every: 1ms, chunk: 3 }
              expect: 250
            - send: DATA
              expect: 354
            - message: { subject: "\${password}", text: "\${password}" }
              expect: 250
            - send: VRFY \${password}
              expect: { code: 250, text: "/^\${password}$/" }
              otherwise: warn
            - send: VRFY \${password}
              expect: { code: 250, lines: ["\${password} and more"], text: { equals: "\${password}" } }
      `,
      { servers: { it: peer.url() }, secrets: { password } },
    );
    assert.equal(played.results[0]?.outcome, 'failed');
    assert.equal(
      headlineIn(played.results[0]),
      'VRFY «password»: expected 250, got 550 5.1.1 VRFY «password» (and 2 more differences)',
    );
    const shown = await outputs(played);
    assertHidden(shown, password, [password.toUpperCase(), Buffer.from(password).toString('base64')]);
  });

  it('split over reads and cut off by limits are not shown in parts', async () => {
    const password = passwords.plain;
    const peer = await listen(async (talk) => {
      talk.write('220 peer\r\n');
      await talk.line();
      talk.write('250 ');
      for (const octet of password) {
        talk.write(octet);
        await new Promise((resolve) => setImmediate(resolve));
      }
      talk.write('\r\n');
      await talk.line();
      talk.write(`550 ${'x'.repeat(190)}${password} and so on ${'y'.repeat(600)}\r\n`);
    });
    const file = (last: string) =>
      `suite: A\nserver: it\nscenarios:\n  - name: one\n    dialogue:\n      - expect: 220\n      - send: VRFY \${password}\n        expect: 250\n      - send: VRFY\n        expect: 250\n${last}`;
    const cut = await play(file(''), { servers: { it: peer.url() }, secrets: { password } });
    const warned = await play(file('        otherwise: warn\n      - expect: 250\n        timeout: 50ms\n'), {
      servers: { it: peer.url() },
      secrets: { password },
    });
    for (const played of [cut, warned]) {
      assert.equal(played.results[0]?.outcome, 'failed');
      const shown = await outputs(played);
      assertHidden(shown, password);
      assert.ok(
        !shown.includes(password.slice(0, 12)),
        shown.slice(shown.indexOf(password.slice(0, 12)) - 300, shown.indexOf(password.slice(0, 12)) + 50),
      );
    }
  });

  it('in a name or an id are refused, in variables made of them are known', async () => {
    assert.throws(
      () =>
        planned('suite: A\nserver: it\nscenarios: [{ name: "with ${password}", dialogue: [{ expect: 220 }] }]', {
          servers: { it: 'smtp://a' },
          secrets: { password: 'hidden-one' },
        }),
      /secret/,
    );
    const peer = await listen(smtpScript());
    const played = await play(
      'suite: A\nserver: it\nvariables: { line: "x${password}y" }\nscenarios: [{ name: one, dialogue: [{ expect: 220 }, { send: "VRFY ${line|base64}", expect: 251 }] }]',
      { servers: { it: peer.url() }, secrets: { password: 'hidden-one' } },
    );
    const shown = await outputs(played);
    assertHidden(shown, 'hidden-one', [Buffer.from('xhidden-oney').toString('base64')]);
  });

  it('known to one scenario alone, as a digest made on the way, do not blot out another', async () => {
    const peer = await listen(smtpScript());
    const played = await play(
      'suite: A\nserver: it\nscenarios: [{ name: one, dialogue: [{ expect: 220 }, { send: "VRFY harmless", expect: 251 }] }]',
      { servers: { it: peer.url() }, secrets: { password: 'hidden-one' } },
    );
    const [result] = played.results as [ScenarioResult];
    assert.ok(linesIn(result).includes('VRFY harmless␍␊'));
  });
});
