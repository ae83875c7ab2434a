import assert from 'node:assert/strict';
import { peers, smtpScript, type Talk } from '../../fixtures/testing/peer.ts';
import { playSteps, told } from '../../fixtures/testing/play.ts';
import { worded } from '../../fixtures/testing/worded.ts';
import { createAuthority } from '../demo-server/certificates.ts';
import { ends } from '../end.ts';

describe('the end of a connection', () => {
  const { listen } = peers();
  let identity: { readonly key: string; readonly cert: string };
  before(async () => {
    const { key, chain } = await (await createAuthority()).issue({ names: ['127.0.0.1'] });
    identity = { key, cert: chain };
  });

  const ways = [
    { scheme: 'smtp', end: (talk: Talk) => talk.end(), by: 'FIN' },
    { scheme: 'smtp', end: (talk: Talk) => talk.reset(), by: 'RST' },
    { scheme: 'smtps', end: (talk: Talk) => talk.end(), by: 'close_notify' },
    { scheme: 'smtps', end: (talk: Talk) => talk.endBelow(), by: 'FIN' },
  ] as const;

  for (const { scheme, end, by } of ways) {
    it(`by ${by} is what is expected of ${scheme}, and no other`, async () => {
      const peer = await listen(async (talk) => {
        if (scheme === 'smtps') await talk.secure(identity);
        talk.write('220 peer\r\n');
        await talk.line();
        end(talk);
        await talk.gone;
      });
      const server = { url: peer.url(scheme), tls: { verify: false } };
      for (const expected of ends) {
        const result = await playSteps(`- expect: 220\n- send: QUIT\n- expect: { closed: ${expected} }`, { server });
        assert.equal(result.outcome, expected === by ? 'passed' : 'failed', `${expected}: ${told(result)}`);
        if (expected === by) continue;
        assert.equal(result.problem?.code, 'reply.mismatch');
        const [mismatch] = result.problem?.mismatches ?? [];
        assert.ok(mismatch);
        const { expected: wanted, actual } = worded(mismatch);
        assert.deepEqual(
          [wanted, actual],
          [`the end of the connection by ${expected}`, `end of the connection by ${by}`],
        );
      }
      for (const expectation of [`{ closed: [${ends.join(', ')}] }`, `{ one_of: [250, { closed: ${by} }] }`]) {
        const result = await playSteps(`- expect: 220\n- send: QUIT\n- expect: ${expectation}`, { server });
        assert.equal(result.outcome, 'passed', told(result));
      }
    });
  }

  // If both arrive together, libuv reports an end, as after a FIN.
  for (const scheme of ['smtp', 'smtps'] as const) {
    it(`by RST is told from FIN where a last reply of ${scheme} comes along with it`, async () => {
      const peer = await listen(async (talk) => {
        if (scheme === 'smtps') await talk.secure(identity);
        talk.write('220 peer\r\n');
        await talk.line();
        talk.write('421 too many errors\r\n');
        talk.reset();
        await talk.gone;
      });
      const server = { url: peer.url(scheme), tls: { verify: false } };
      for (const [end, outcome] of [
        ['RST', 'passed'],
        ['FIN', 'failed'],
      ] as const) {
        const steps = `- expect: 220\n- send: FOO\n  expect: 421\n- expect: { closed: ${end} }`;
        const result = await playSteps(steps, { server });
        assert.equal(result.outcome, outcome, told(result));
        assert.match(told(result), /reset by the server/);
      }
    });
  }

  it('does not come where a reply does', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps('- expect: 220\n- send: NOOP\n- expect: { closed: FIN }', { server: peer.url() });
    assert.equal(result.problem?.code, 'reply.unexpected', told(result));
  });
});
