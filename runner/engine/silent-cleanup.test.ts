import assert from 'node:assert/strict';
import { peers, type Script, smtpScript } from '../../fixtures/testing/peer.ts';
import { play, told } from '../../fixtures/testing/play.ts';
import { itSideBySide } from '../../fixtures/testing/side-by-side.ts';
import { linesIn, warningsIn } from '../../fixtures/testing/worded.ts';

describe('after, on a server that does not answer', () => {
  const it = itSideBySide(8);
  const { listen } = peers(after);
  const silent: Script = () => undefined;
  const undo = '{ on: b, expect: 220 }, { on: b, send: RSET, expect: 250 }';
  const short = { timeout: '300ms', connect_timeout: '300ms' };

  for (const [how, scheme] of [
    ['the TLS handshake', 'smtps'],
    ['the greeting', 'smtp'],
  ] as const)
    it(`does not wait again where the dialogue waited for ${how}`, async () => {
      const peer = await listen(silent);
      const { results } = await play(
        `suite: Undone\nconnections: { a: it, b: it }\nafter: [${undo}]\nscenarios: [{ name: one, dialogue: [{ on: a, expect: 220 }] }]\n`,
        { servers: { it: { url: peer.url(scheme), ...short } } },
      );
      assert.equal(peer.talks.length, 1, results.map(told).join('\n'));
      assert.match(warningsIn(results[0]).join('\n'), /^cleanup failed too: the server "it" cannot be used: [^\n]*$/);
    });

  /** Scenarios that use `b` only for their cleanup, after one found out that it is silent. */
  async function playKnown(then: Script, dialogue: string, steps = undo) {
    const a = await listen(smtpScript());
    const b = await listen((talk, number) => (number === 1 ? undefined : then(talk, number)));
    const finding = 'suite: Finds out\nserver: b\nscenarios: [{ name: one, dialogue: [expect: 220] }]\n';
    const cleaning = `suite: Cleans up\nconnections: { a: a, b: b }\nafter: [${steps}]\nscenarios: [{ name: two, dialogue: [${dialogue}] }]\n`;
    const { results } = await play(
      [
        { path: 'a.yaml', text: finding },
        { path: 'b.yaml', text: cleaning },
      ],
      { servers: { a: a.url(), b: { url: b.url(), ...short } }, parallel: 1 },
    );
    return { a, b, result: results[1], all: results.map(told).join('\n') };
  }
  const unmet = '{ on: a, expect: 554 }';

  for (const [name, steps] of [
    ['its steps', undo],
    ['eventually', `eventually: { within: 5s, every: 10ms, dialogue: [${undo}] }`],
  ] as const)
    it(`does not wait for what the breaker knows to be silent, in ${name}`, async () => {
      const { b, result, all } = await playKnown(silent, unmet, steps);
      assert.match(warningsIn(result).join('\n'), /^cleanup failed too: the server "b" cannot be used: [^\n]*$/, all);
      // The one that found out, and the breaker's own.
      assert.equal(b.talks.length, 2, all);
    });

  it('is blocked after a dialogue that passed', async () => {
    const { result, all } = await playKnown(silent, '{ on: a, expect: 220 }');
    assert.equal(result?.outcome, 'blocked', all);
    assert.ok(!linesIn(result).some((line) => line.startsWith('b ')), all);
  });

  it('cleans up once the server answers again', async () => {
    const hello = '{ on: b, expect: 220 }, { on: b, send: EHLO me, expect: 250 }';
    const reset = '{ on: b, send: RSET, expect: 250, when: { offers: SIZE } }';
    const { b, result, all } = await playKnown(
      smtpScript({ EHLO: '250-b\n250 SIZE' }),
      unmet,
      `{ eventually: { within: 5s, dialogue: [${hello}, ${reset}] } }`,
    );
    assert.deepEqual(warningsIn(result), [], all);
    assert.match(b.talks.at(-1)?.received ?? '', /RSET/, all);
  });

  it('runs steps on another server, and none whose condition is not met', async () => {
    const rest = '{ on: b, send: NOOP, expect: 250, when: "" }, { on: a, send: RSET, expect: 250 }';
    const { a, result, all } = await playKnown(silent, unmet, rest);
    assert.deepEqual(warningsIn(result), [], all);
    assert.match(a.talks[0]?.received ?? '', /RSET/, all);
  });
});
