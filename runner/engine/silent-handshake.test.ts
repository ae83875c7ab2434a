import assert from 'node:assert/strict';
import { peers, type Script, smtpScript, type Talk } from '../../fixtures/testing/peer.ts';
import { counted, play, told } from '../../fixtures/testing/play.ts';
import { itSideBySide } from '../../fixtures/testing/side-by-side.ts';

const begins = '[expect: 220, { send: EHLO me, expect: 250 }, starttls: ]';
const looks = '[{ tls: { server: it }, expect: refused, timeout: 500ms }]';

describe('the breaker, where a handshake after STARTTLS gets no answer', () => {
  const it = itSideBySide(4);
  const { listen } = peers(after);

  /** Runs as many dialogues with STARTTLS, and then checks of TLS, and counts their outcomes. */
  async function tried(
    script: Script,
    dialogues: number,
    checks: number,
    { check = looks, dialogue = begins, parallel = 3 } = {},
  ) {
    const peer = await listen(script);
    const scenario = (name: string, steps: string) => `  - { name: ${name}, server: it, dialogue: ${steps} }\n`;
    const names = (of: string, count: number) => Array.from({ length: count }, (_, at) => `${of} ${at}`);
    const text = `suite: TLS\nscenarios:\n${names('begins', dialogues)
      .map((name) => scenario(name, dialogue))
      .join('')}${names('looks', checks)
      .map((name) => scenario(name, check))
      .join('')}`;
    const { results } = await play(text, { servers: { it: { url: peer.url(), timeout: '500ms' } }, parallel });
    return { outcomes: counted(results), all: results.map(told).join('\n') };
  }

  const withTls = (handshake: (talk: Talk) => Promise<void> | void) =>
    smtpScript({
      EHLO: '250-peer\n250 STARTTLS',
      STARTTLS: async (talk) => {
        talk.write('220 Go on\r\n');
        await handshake(talk);
        return '';
      },
    });
  const silence = async (talk: Talk) => void (await talk.gone);
  const hanging = withTls(silence);
  /** Ends its handshakes except the second one, in which it is silent. */
  const hangsOnce = () => {
    let handshakes = 0;
    return withTls((talk) => (++handshakes === 2 ? silence(talk) : talk.endBelow()));
  };

  it('blocks dialogues and checks after one', async () => {
    const { outcomes, all } = await tried(hanging, 6, 12);
    assert.deepEqual(outcomes, { failed: 1, blocked: 17 }, all);
  });

  it('blocks dialogues that begin TLS with options of their own', async () => {
    const { outcomes, all } = await tried(hanging, 3, 6, {
      check: begins.replace('starttls:', 'starttls: { verify: false }'),
    });
    assert.deepEqual(outcomes, { failed: 1, blocked: 8 }, all);
  });

  it('blocks nothing after one if an earlier handshake got an answer', async () => {
    const { outcomes, all } = await tried(hangsOnce(), 0, 6, { parallel: 1 });
    assert.deepEqual(outcomes, { failed: 1, passed: 5 }, all);
  });

  it('blocks nothing after one if an earlier handshake was refused', async () => {
    const { outcomes, all } = await tried(hangsOnce(), 1, 6, { parallel: 1 });
    assert.deepEqual(outcomes, { failed: 2, passed: 5 }, all);
  });

  for (const [title, starttls] of [
    ['skips itself', ''],
    ['would accept any certificate', '{ verify: false }'],
  ])
    it(`blocks the rest after one that ${title}`, async () => {
      const dialogue = begins.replace('starttls: ', `{ starttls: ${starttls}, otherwise: skip }`);
      const { outcomes, all } = await tried(hanging, 6, 12, { parallel: 1, dialogue });
      assert.deepEqual(outcomes, { skipped: 1, blocked: 17 }, all);
    });

  it('blocks checks after one check', async () => {
    const { outcomes, all } = await tried(hanging, 0, 12);
    assert.deepEqual(outcomes, { failed: 1, blocked: 11 }, all);
  });

  it('does not count checks with TLS options of their own, which may be the reason', async () => {
    const { outcomes, all } = await tried(hanging, 0, 6, { check: looks.replace('it }', 'it, max: TLSv1.2 }') });
    assert.deepEqual(outcomes, { failed: 6 }, all);
  });

  it('goes on with checks where handshakes are refused', async () => {
    const { outcomes, all } = await tried(
      withTls((talk) => talk.endBelow()),
      5,
      6,
    );
    assert.deepEqual(outcomes, { failed: 3, blocked: 2, passed: 6 }, all);
  });

  it('blocks checks of a server that greets and then says nothing', async () => {
    const { outcomes, all } = await tried(
      async (talk) => {
        talk.write('220 peer\r\n');
        await talk.gone;
      },
      0,
      12,
    );
    assert.deepEqual(outcomes, { failed: 1, blocked: 11 }, all);
  });
});
