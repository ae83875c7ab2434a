import assert from 'node:assert/strict';
import { peers, type Script, smtpScript } from '../../fixtures/testing/peer.ts';
import { playSteps, told } from '../../fixtures/testing/play.ts';
import { actualIn, headlineIn } from '../../fixtures/testing/worded.ts';
import { createAuthority, type Issued } from '../demo-server/certificates.ts';
import type { ScenarioResult } from '../result.ts';

describe('a message about a failure says what came', () => {
  const { listen } = peers();
  let certificate: Issued;
  before(async () => {
    certificate = await (await createAuthority()).issue({ names: ['127.0.0.1'] });
  });

  /** Begins TLS, and answers the next command with these octets below it. */
  function brokenBy(octets: string): Script {
    return async (talk) => {
      talk.write('220 peer\r\n');
      await talk.line();
      talk.write('220 go\r\n');
      await talk.secure(certificate);
      await talk.line();
      talk.writeBelow(octets);
    };
  }

  /** The result of a scenario that must fail. */
  async function failure(script: Script, steps: string, scheme = 'smtp'): Promise<ScenarioResult> {
    const peer = await listen(script);
    const server = { url: peer.url(scheme), tls: { verify: false } };
    const result = await playSteps(steps, { server });
    assert.equal(result.outcome, 'failed', told(result));
    return result;
  }

  it('"still open" where the end was expected', async () => {
    const steps = '- expect: 220\n- send: NOOP\n- expect: closed\n  timeout: 100ms';
    const result = await failure(smtpScript({ NOOP: '' }), steps);
    assert.equal(headlineIn(result), 'the connection is still open after 100 ms');
  });

  it('how much of a literal', async () => {
    const script: Script = async (talk) => {
      talk.write('* OK hi\r\n');
      await talk.line();
      talk.write(`* 1 FETCH (BODY[] {400}\r\n${'x'.repeat(212)}`);
      talk.end();
    };
    const result = await failure(script, '- expect: OK\n- send: FETCH 1 BODY[]\n  expect: OK', 'imap');
    assert.match(actualIn(result), /^end of the connection, .*: a literal of 400 octets was announced, 212 came$/s);
  });

  it('that TLS failed in mid-dialogue', async () => {
    const script = brokenBy('\x17\x03\x03\x00\x20no record of this session at all');
    const result = await failure(script, '- expect: 220\n- starttls:\n- send: EHLO a\n  expect: 250');
    assert.match(headlineIn(result), /^TLS ended with an error: decryption failed/);
  });

  for (const [expect, message] of [
    ['250', /such as plain text \(wrong version number\)$/],
    ['closed', /the server sent plain text in the middle of the TLS session: "554 Too many nonmail commands"$/],
  ] as const) {
    it(`that plain text arrived in mid-dialogue, where ${expect} is expected`, async () => {
      // As Exim does with smtp_accept_max_nonmail.
      const script = brokenBy('554 Too many nonmail commands\r\n');
      const result = await failure(script, `- expect: 220\n- starttls:\n- send: EHLO a\n  expect: ${expect}`);
      assert.match(headlineIn(result), /^TLS ended with an error: /);
      assert.match(headlineIn(result), message);
      // The handshake itself was good.
      assert.equal(result.problem?.evidence?.fault, undefined);
    });
  }

  it("which recipient's reply of LMTP", async () => {
    const lmtp = smtpScript({ LHLO: '250 peer', message: '250 2.1.5 Ok\n452 4.2.2 Full' });
    const steps = `
- expect: 220
- { send: LHLO a, expect: 250 }
- { send: "MAIL FROM:<>", expect: 250 }
- { send: "RCPT TO:<one@a>", expect: 250 }
- { send: "RCPT TO:<two@a>", expect: 250 }
- { send: DATA, expect: 354 }
- { message: { raw: "a" }, expect: 250 }
- expect: 250`;
    assert.equal(
      headlineIn(await failure(lmtp, steps, 'lmtp')),
      'message for recipient 2 of 2: expected 250, got 452 4.2.2 Full',
    );
  });
});
