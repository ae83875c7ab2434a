import assert from 'node:assert/strict';
import { type Peer, peers, type Script, smtpScript } from '../../fixtures/testing/peer.ts';
import { play, playSteps, told } from '../../fixtures/testing/play.ts';
import { createAuthority } from '../demo-server/certificates.ts';
import type { ScenarioResult } from '../result.ts';
import { mismatchLines } from '../words/mismatch.ts';
import { problemWords, warningWords } from '../words/problem.ts';

/** `450 2.x` with contradicting classes, and a line that ends with a bare LF. */
const twoFlaws = { NOOP: '250 4.0.0 later', RSET: '250 fine' };

const badly: Script = (talk) => {
  talk.write('220 hi\n');
  return (async () => {
    for (;;) {
      await talk.line();
      talk.write('250 ok\n');
    }
  })();
};

function names({ violations }: ScenarioResult): readonly string[] {
  return violations.map(({ name, verdict }) => `${name} ${verdict}`);
}

describe('violations', () => {
  const { listen } = peers();
  const steps = (peer: Peer, dialogue: string, more: Parameters<typeof playSteps>[1] = {}) =>
    playSteps(dialogue, { server: peer.url(), ...more });

  it('fail the scenario at its end, all of them, after its other steps', async () => {
    const peer = await listen(smtpScript({ ...twoFlaws, HELP: `214 ${'x'.repeat(600)}` }));
    const result = await steps(
      peer,
      '- expect: 220\n- send: NOOP\n  expect: 250\n- send: HELP\n  expect: 214\n- send: RSET\n  expect: 250',
    );
    assert.equal(result.problem?.code, 'protocol.violation', told(result));
    assert.equal(
      problemWords(result.problem),
      'NOOP: the reply violates the protocol: smtp.enhanced-code.class (and 1 other violation)',
    );
    assert.deepEqual(names(result), ['smtp.enhanced-code.class failed', 'smtp.reply.length failed']);
    assert.equal(peer.talks[0]?.received, 'NOOP\r\nHELP\r\nRSET\r\n');
    assert.match(result.problem.hint ?? '', /tolerate: \[smtp\.enhanced-code\.class\]/);
  });

  it('do not hide what the scenario itself did not expect', async () => {
    const peer = await listen(smtpScript(twoFlaws));
    const result = await steps(peer, '- expect: 220\n- send: NOOP\n  expect: 450');
    assert.equal(result.problem?.code, 'reply.mismatch', told(result));
    const lines = result.problem.mismatches.flatMap((each) => mismatchLines(each)).join('\n');
    assert.match(lines, /code\n {2}expected: 450\n {2}actual: {3}250/);
    assert.match(
      lines,
      /smtp\.enhanced-code\.class\n {2}expected: a reply that conforms to RFC 2034 section 4\n {2}actual: .*"250 4\.0\.0 later␍␊"/,
    );
  });

  it('count once a connection', async () => {
    const peer = await listen(badly);
    const once = await steps(peer, '- expect: 220\n- send: NOOP\n  expect: 250\n- send: NOOP\n  expect: 250');
    assert.deepEqual(names(once), ['smtp.reply.bare-lf failed']);
    const twice = await steps(peer, '- expect: 220\n- close\n- expect: 220');
    assert.deepEqual(names(twice), ['smtp.reply.bare-lf failed', 'smtp.reply.bare-lf failed']);
  });

  it('are warnings with otherwise: warn, and skip the rest with otherwise: skip', async () => {
    const peer = await listen(badly);
    const warned = await steps(peer, '- expect: 220\n  otherwise: warn\n- send: NOOP\n  expect: 250');
    assert.equal(warned.outcome, 'passed', told(warned));
    assert.deepEqual(names(warned), ['smtp.reply.bare-lf warned']);
    assert.match(
      warned.warnings.map(warningWords).join(),
      /the greeting violates the protocol: smtp\.reply\.bare-lf: a line ends with LF, not with CRLF: "220 hi␊"/,
    );
    const skipped = await steps(peer, '- expect: 220\n  otherwise: skip\n- send: NOOP\n  expect: 599');
    assert.equal(skipped.outcome, 'skipped', told(skipped));
  });

  it('of a step before one that skips the rest still fail the scenario', async () => {
    const peer = await listen(smtpScript(twoFlaws));
    const result = await steps(
      peer,
      '- expect: 220\n- send: NOOP\n  expect: 250\n- send: RSET\n  expect: 599\n  otherwise: skip',
    );
    assert.equal(result.problem?.code, 'protocol.violation', told(result));
  });

  it('make eventually try again, and are those of the last try', async () => {
    let tries = 0;
    const peer = await listen(smtpScript({ NOOP: () => (++tries < 3 ? '250 5.0.0 no' : '250 2.0.0 yes') }));
    const eventually = (within: string) =>
      `- expect: 220\n- eventually:\n    within: ${within}\n    every: 10ms\n    dialogue:\n      - send: NOOP\n        expect: 250`;
    const passed = await steps(peer, eventually('5s'));
    assert.equal(passed.outcome, 'passed', told(passed));
    assert.deepEqual([tries, names(passed)], [3, []]);
    tries = -1000;
    const failed = await steps(peer, `${eventually('30ms')}\n- send: RSET\n  expect: 250`);
    assert.equal(failed.problem?.code, 'protocol.violation', told(failed));
    assert.deepEqual(names(failed), ['smtp.enhanced-code.class failed']);
    assert.match(peer.talks[1]?.received ?? '', /RSET\r\n$/);
  });

  it('are accepted by an expectation of exactly that', async () => {
    const peer = await listen((talk) => {
      talk.write('220-one\r\n521 two\r\n');
      talk.end();
    });
    const both = await steps(peer, '- expect: { code: [220, 521] }');
    assert.equal(both.outcome, 'passed', told(both));
    const one = await steps(peer, '- expect: 521');
    assert.equal(one.problem?.code, 'protocol.violation', told(one));
  });

  it('in responses that no step reads count as well', async () => {
    const peer = await listen(async (talk) => {
      talk.write('* OK hi\r\n');
      await talk.line();
      talk.write('a001 OK done\r\n* 3 EXISTS \r\n');
      await talk.line();
    });
    const result = await playSteps('- expect: OK\n- send: NOOP\n  expect: OK\n- wait: 100ms', {
      server: peer.url('imap'),
    });
    assert.deepEqual(names(result), ['imap.exists.trailing-space failed'], told(result));
  });

  it('that hide where the next reply begins end the session, at the end of a scenario too', async () => {
    const peer = await listen(smtpScript({ NOOP: '250 ok\nnonsense' }));
    const result = await steps(peer, '- expect: 220\n- send: NOOP\n  expect: 250\n- wait: 50ms');
    assert.deepEqual([result.outcome, result.problem?.code], ['failed', 'protocol.violation'], told(result));
    assert.equal(result.problem?.mismatches[0]?.path, 'smtp.reply.syntax');
  });

  it('are found at the end of TLS only where a scenario expects the end', async () => {
    const identity = await (await createAuthority()).issue({ names: ['wire.example'] });
    const peer = await listen(async (talk) => {
      await talk.secure(identity);
      talk.write('220 hi\r\n');
      await talk.line();
      talk.write('221 bye\r\n');
      talk.endBelow();
    });
    const server = { url: peer.url('smtps'), tls: { verify: false } };
    const dialogue = '- expect: 220\n- send: QUIT\n  expect: 221';
    const silent = await playSteps(dialogue, { server });
    assert.equal(silent.outcome, 'passed', told(silent));
    const failed = await playSteps(`${dialogue}\n- expect: closed`, { server });
    assert.deepEqual(names(failed), ['tls.end.close-notify failed'], told(failed));
    const either = await playSteps(`${dialogue}\n- expect: { one_of: [250, closed] }`, { server });
    assert.equal(either.outcome, 'passed', told(either));
    const tolerated = await playSteps(`${dialogue}\n- expect: closed\n  tolerate: [tls.end.close-notify]`, { server });
    assert.equal(tolerated.outcome, 'passed', told(tolerated));
  });

  it('in octets that come late for a reply that no step reads fail the scenario, too', async () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ['smtp', '220 hi\r\n', 'smtp.reply.syntax'],
      ['lmtp', '220 hi\r\n', 'smtp.reply.syntax'],
      ['pop3', '+OK hi\r\n', 'pop3.reply.syntax'],
      ['imap', '* OK hi\r\n', 'imap.response.syntax'],
      ['sieve', 'OK\r\n', 'sieve.response.syntax'],
    ];
    const check = async ([scheme, greeting, name]: (typeof cases)[number]) => {
      const peer = await listen(async (talk) => {
        talk.write(greeting);
        await talk.line();
        talk.write('nonsense\r\n');
        await talk.line();
      });
      const expected = { smtp: 220, lmtp: 220, pop3: '+OK' }[scheme] ?? 'OK';
      const result = await playSteps(`- expect: ${expected}\n- send: NOOP`, { server: peer.url(scheme) });
      assert.deepEqual([result.outcome, result.problem?.code], ['failed', 'protocol.violation'], told(result));
      assert.equal(result.problem?.mismatches[0]?.path, name, scheme);
    };
    await Promise.all(cases.map(check));
  });

  it('are redacted', async () => {
    const peer = await listen(smtpScript({ NOOP: '250 4.0.0 secret-word' }));
    const result = await steps(peer, '- expect: 220\n- send: NOOP\n  expect: 250', { secrets: { key: 'secret-word' } });
    assert.equal(result.violations[0]?.octets, '250 4.0.0 «key»\r\n');
  });
});

describe('violations: once', () => {
  const { listen } = peers();

  it('fails one scenario of the run for each violation of a host', async () => {
    const [one, other] = [await listen(smtpScript(twoFlaws)), await listen(smtpScript(twoFlaws))];
    const suite = (more: string, level = 'must') => `
suite: once
${more}
scenarios:
  - name: first \${n}
    each: { n: [1, 2, 3] }
    level: ${level}
    server: ${one.url()}
    dialogue: [{ expect: 220 }, { send: NOOP, expect: 250 }]
  - name: fails for itself
    server: ${one.url()}
    dialogue: [{ expect: 220 }, { send: NOOP, expect: 450 }]
  - name: of another server
    server: ${other.url().replace('127.0.0.1', 'localhost')}
    dialogue: [{ expect: 220 }, { send: NOOP, expect: 250 }]
`;
    const outcomes = async (text: string) => (await play(text)).results.map(({ outcome }) => outcome).sort();
    assert.deepEqual(await outcomes(suite('violations: once')), ['failed', 'failed', 'failed', 'passed', 'passed']);
    assert.deepEqual(await outcomes(suite('')), ['failed', 'failed', 'failed', 'failed', 'failed']);
    // A scenario whose violation is only a warning does not report it for others.
    const warnings = await outcomes(suite('violations: once', 'should'));
    assert.deepEqual(warnings, ['failed', 'failed', 'warning', 'warning', 'warning']);
  });

  it('says of the others what they found', async () => {
    const peer = await listen(smtpScript(twoFlaws));
    const { results } = await play(`
suite: once
violations: once
server: ${peer.url()}
scenarios:
  - name: a \${n}
    each: { n: [1, 2] }
    dialogue: [{ expect: 220 }, { send: NOOP, expect: 250 }]
`);
    const verdicts = results.flatMap(({ violations }) => violations.map(({ verdict }) => verdict)).sort();
    assert.deepEqual(verdicts, ['failed', 'reported']);
  });
});

describe('tolerate', () => {
  const { listen } = peers();
  const tolerance = { finding: 'smtp.reply.bare-lf', reason: 'an old server' };

  it('makes violations count no more: on a step, a scenario, a suite, a server, in the configuration', async () => {
    const peer = await listen(badly);
    const server = peer.url();
    const cases: [dialogue: string, options: Parameters<typeof playSteps>[1]][] = [
      ['- expect: 220\n  tolerate: [smtp.reply.bare-lf]', { server }],
      ['- expect: 220', { server, scenario: { tolerate: [tolerance] } }],
      ['- expect: 220', { server, suite: { tolerate: ['smtp.reply.*'] } }],
      ['- expect: 220', { server: { url: server, tolerate: [tolerance] } }],
      ['- expect: 220', { server, config: { tolerate: [tolerance] } }],
    ];
    for (const [dialogue, options] of cases) {
      const result = await playSteps(dialogue, options);
      assert.equal(result.outcome, 'passed', told(result));
      assert.deepEqual(names(result), ['smtp.reply.bare-lf tolerated'], told(result));
    }
  });

  it('keeps the reason', async () => {
    const peer = await listen(badly);
    const result = await playSteps('- expect: 220', { server: peer.url(), scenario: { tolerate: [tolerance] } });
    assert.equal(result.violations[0]?.reason, 'an old server');
  });

  it('tolerates nothing else', async () => {
    const peer = await listen(smtpScript(twoFlaws));
    const result = await playSteps('- expect: 220\n- send: NOOP\n  expect: 250', {
      server: peer.url(),
      scenario: { tolerate: ['smtp.reply.*'] },
    });
    assert.equal(result.problem?.code, 'protocol.violation', told(result));
  });

  it('is reported where it was not needed: once, and only if its protocol was spoken to the end', async () => {
    const good = await listen(smtpScript());
    const bad = await listen(badly);
    const suite = (url: string) => `
suite: tolerances
server: ${url}
tolerate: [smtp.reply.bare-lf, imap.fetch.nil]
scenarios:
  - name: a \${n}
    each: { n: [1, 2] }
    dialogue: [{ expect: 220 }]
`;
    const unneeded = async (text: string) =>
      ((await play(text)).summary.unneeded ?? []).map(({ finding, place }) => [finding, place.line]);
    assert.deepEqual(await unneeded(suite(good.url())), [['smtp.reply.bare-lf', 3]]);
    // A fragment is used with other servers as well.
    const fragment = `
suite: tolerances
server: ${good.url()}
fragments: { greeted: [{ expect: 220, tolerate: [smtp.reply.bare-lf] }] }
scenarios: [{ name: a, dialogue: [{ use: greeted }] }]
`;
    assert.deepEqual(await unneeded(fragment), []);
    // The user cannot change scenarios that ship with mailspec.
    const packed = [{ path: '/shipped/a.yaml', text: suite(good.url()) }];
    assert.deepEqual((await play(packed, { shipped: '/shipped' })).summary.unneeded, undefined);
    assert.deepEqual(await unneeded(suite(bad.url())), []);
    assert.deepEqual(await unneeded(suite('smtp://127.0.0.1:1')), []);
  });
});
