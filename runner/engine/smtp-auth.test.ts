import assert from 'node:assert/strict';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { playSteps, told } from '../../fixtures/testing/play.ts';

describe('authenticate, where the server is wrong', () => {
  const { listen } = peers();
  const steps = (mechanism: string, expectation: string) =>
    `- expect: 220\n- authenticate: { mechanism: ${mechanism}, user: alice, password: secret }\n  expect: ${expectation}`;

  it('fails where a challenge is none, where the server asks for too much, and where it proves nothing', async () => {
    const rows = [
      ['CRAM-MD5', { AUTH: '334 not*base64' }, 'auth.failed'],
      ['PLAIN', { AUTH: '334 ', '': '334 ' }, 'auth.failed'],
      ['SCRAM-SHA-256', { AUTH: '334 cj1vdGhlcixzPWFhYSxpPTQwOTY=' }, 'auth.failed'],
      ['SCRAM-SHA-256', { AUTH: '235 Fine' }, 'auth.failed'],
    ] as const;
    for (const [mechanism, answers, code] of rows) {
      const peer = await listen(smtpScript(answers));
      const result = await playSteps(steps(mechanism, '235'), { server: peer.url() });
      assert.equal(result.outcome, 'failed', told(result));
      assert.equal(result.problem?.code, code, `${mechanism}: ${told(result)}`);
    }
  });

  it('goes on after a challenge with a space too many, which is a finding', async () => {
    const peer = await listen(smtpScript({ AUTH: '334  ', '': '235 2.7.0 Fine' }));
    const step = '{ mechanism: PLAIN, user: alice, password: secret, initial_response: false }';
    const result = await playSteps(
      `- expect: 220\n- authenticate: ${step}\n  expect: 235\n- send: QUIT\n  expect: 221`,
      {
        server: peer.url(),
      },
    );
    assert.equal(peer.talks[0]?.received, 'AUTH PLAIN\r\nAGFsaWNlAHNlY3JldA==\r\nQUIT\r\n');
    assert.equal(result.problem?.code, 'protocol.violation', told(result));
    assert.deepEqual(
      result.violations.map(({ name }) => name),
      ['smtp.auth.extra-space'],
    );
  });

  it('ends where the server refuses the command itself', async () => {
    const peer = await listen(smtpScript({ AUTH: '538 5.7.11 Encryption required' }));
    const result = await playSteps(`${steps('LOGIN', '538')}\n- send: QUIT\n  expect: 221`, { server: peer.url() });
    assert.equal(result.outcome, 'passed', told(result));
    assert.equal(peer.talks[0]?.received, 'AUTH LOGIN\r\nQUIT\r\n');
  });

  it("with a mechanism that needs TLS's channel is an error without TLS", async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps(steps('SCRAM-SHA-256-PLUS', '235'), { server: peer.url() });
    assert.equal(result.outcome, 'errored', told(result));
    assert.equal(result.problem?.code, 'input.value');
  });
});
