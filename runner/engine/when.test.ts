import assert from 'node:assert/strict';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { playSteps, told } from '../../fixtures/testing/play.ts';
import { headlineIn, linesIn } from '../../fixtures/testing/worded.ts';

const { listen } = peers();
const offering = () => smtpScript({ EHLO: () => '250-peer.example\n250-AUTH PLAIN LOGIN\n250 SIZE 1000' });
const hello = '- expect: 220\n- { send: EHLO client.example, expect: 250 }\n';

describe('when', () => {
  const outcome = async (when: string, before = hello) => {
    const { url } = await listen(offering());
    return playSteps(`${before}- send: NOOP\n  expect: 599\n  when: ${when}\n`, { server: url() });
  };

  for (const when of [
    '{ offers: AUTH }',
    '{ offers: [auth login, SIZE] }',
    '{ lacks: STARTTLS }',
    '"yes"',
    '"0"',
    'true',
  ])
    it(`runs the step when ${when} is so`, async () => {
      const result = await outcome(when);
      assert.equal(result.outcome, 'failed', told(result));
    });

  for (const [when, why] of [
    ['{ offers: STARTTLS }', 'the server does not offer STARTTLS'],
    ['{ offers: [AUTH, AUTH CRAM-MD5] }', 'the server does not offer AUTH CRAM-MD5'],
    ['{ lacks: AUTH=PLAIN }', 'the server offers AUTH=PLAIN'],
    ['{ offers: AUTH, lacks: SIZE }', 'the server offers SIZE'],
    ['""', 'its condition is empty'],
    ['false', 'its condition is false'],
  ] as const)
    it(`does not run the step, and says why, when ${when} is not so`, async () => {
      const result = await outcome(when);
      assert.equal(result.outcome, 'passed', told(result));
      assert.ok(linesIn(result).includes(`not run: ${why}`), told(result));
    });

  for (const [value, runs] of [
    ['', false],
    ['false', false],
    ['true', true],
    ['20MiB', true],
  ] as const)
    it(`${runs ? 'runs' : 'does not run'} a step and a group when a policy is ${value === '' ? 'empty' : value}`, async () => {
      for (const step of ['send: NOOP\n  expect: 599', 'group: [{ send: NOOP, expect: 599 }]']) {
        const { url } = await listen(offering());
        const steps = `${hello}- ${step}\n  when: \${policy}\n`;
        const result = await playSteps(steps, { server: url(), variables: { policy: value } });
        assert.equal(result.outcome, runs ? 'failed' : 'passed', told(result));
      }
    });

  it('cannot tell what a server offers when no step has read it', async () => {
    const result = await outcome('{ offers: AUTH }', '- expect: 220\n');
    assert.equal(result.outcome, 'errored');
    assert.match(headlineIn(result), /^Cannot tell what the server of the connection offers/);
  });

  it('forgets what was offered when the connection ends', async () => {
    const result = await outcome('{ offers: AUTH }', `${hello}- close\n- connect\n- expect: 220\n`);
    assert.equal(result.outcome, 'errored', told(result));
  });
});

describe('otherwise', () => {
  const played = async (steps: string) => playSteps(`${hello}${steps}`, { server: (await listen(offering())).url() });

  it('fail-later goes on, and fails with everything that was not met', async () => {
    const result = await played(
      '- { send: NOOP, expect: 599, otherwise: fail-later }\n- { send: NOOP, expect: 598, otherwise: fail-later }\n- { send: RSET, expect: 250 }\n',
    );
    assert.equal(result.outcome, 'failed');
    assert.match(headlineIn(result), /^NOOP: expected 599, got 250/);
    assert.equal(result.warnings.length, 1);
    assert.ok(linesIn(result).some((line) => line.includes('RSET')));
  });

  it('fail-later stands beside a failure that ended the scenario', async () => {
    const result = await played(
      '- { send: NOOP, expect: 599, otherwise: fail-later }\n- { send: RSET, expect: 598 }\n',
    );
    assert.match(headlineIn(result), /^RSET: expected 598/);
    assert.equal(result.warnings.length, 1);
  });

  it('fail-later counts the last try of eventually alone', async () => {
    let tries = 0;
    const { url } = await listen(smtpScript({ NOOP: () => (++tries > 2 ? '250 now' : '450 not yet') }));
    const result = await playSteps(
      '- eventually:\n    within: 10s\n    every: 10ms\n    dialogue:\n      - expect: 220\n      - { send: NOOP, expect: 250, otherwise: fail-later }\n      - { send: NOOP, expect: 250 }\n',
      { server: url() },
    );
    assert.equal(result.outcome, 'passed', told(result));
  });

  it('pass ends the scenario when another answer came, and lets silence fail', async () => {
    const good = await played('- { send: NOOP, expect: 599, otherwise: pass }\n- { send: NOOP, expect: 598 }\n');
    assert.equal(good.outcome, 'passed', told(good));
    assert.equal(
      (await played('- { send: NOOP, expect: 250, otherwise: pass }\n- { send: NOOP, expect: 598 }\n')).outcome,
      'failed',
    );
    const { url } = await listen(smtpScript({ NOOP: () => '' }));
    const silent = await playSteps('- expect: 220\n- { send: NOOP, expect: 250, otherwise: pass, timeout: 100ms }\n', {
      server: url(),
    });
    assert.equal(silent.outcome, 'failed', told(silent));
  });
});
