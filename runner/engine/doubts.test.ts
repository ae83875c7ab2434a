import assert from 'node:assert/strict';
import { limitedTo } from '../../fixtures/testing/limited-to.ts';
import { peers, type Script, smtpScript } from '../../fixtures/testing/peer.ts';
import { planned } from '../../fixtures/testing/plan.ts';
import { counted, playPlan, told } from '../../fixtures/testing/play.ts';
import { itSideBySide } from '../../fixtures/testing/side-by-side.ts';
import { headlineIn } from '../../fixtures/testing/worded.ts';
import type { ScenarioResult } from '../result.ts';

const hello = 'expect: 220, { send: EHLO me, expect: 250 }';
const busy = `[${hello}, { send: NOOP, expect: 250 }]`;

/** A suite of `count` scenarios with this dialogue on the server of this name. */
function suite(server: string, count: number, dialogue: string) {
  const scenarios = Array.from({ length: count }, (_, at) => `  - { name: ${server} ${at}, dialogue: ${dialogue} }`);
  return { path: `${server}.yaml`, text: `suite: ${server}\nserver: ${server}\nscenarios:\n${scenarios.join('\n')}\n` };
}

describe('a server that leaves a scenario waiting for what nobody got before', () => {
  const it = itSideBySide(5);
  const { listen } = peers(after);

  /**
   * Runs six scenarios on such a server, and two on another one, two at a time. Of those two, the first one ends when the
   * second one runs as well, or when the server has lost the first client.
   */
  async function play(script: Script, dialogue: string, { scheme = 'smtp', loginTimeout = 1000 } = {}) {
    let [release, noops]: [() => void, number] = [() => undefined, 0];
    const free = new Promise<void>((resolve) => {
      release = resolve;
    });
    const waiting = await listen(async (talk, number) => {
      void talk.gone.then(release);
      await script(talk, number);
    });
    const other = await listen(
      smtpScript({
        NOOP: async () => {
          if (++noops === 2) release();
          await free;
          return '250 OK';
        },
      }),
    );
    const { plan } = planned([suite('waiting', 6, dialogue), suite('other', 2, busy)], {
      servers: { waiting: waiting.url(scheme), other: other.url() },
    });
    const { results, events } = await playPlan(limitedTo(plan, { timeout: 1000, loginTimeout }), { parallel: 2 });
    const ended = events.flatMap((event) => (event.type === 'scenario' ? [event.result.scenario.name] : []));
    const ours = results.filter(({ scenario }) => scenario.name.startsWith('waiting'));
    const tried = ours.filter(({ transcript }) => transcript.length > 0);
    return { ours, tried: tried.length, ended, all: results.map(told).join('\n') };
  }

  const greets =
    (greeting: string): Script =>
    async (talk) => {
      talk.write(`${greeting}\r\n`);
      await talk.gone;
    };
  const hangs: Script = smtpScript({
    EHLO: '250-peer\n250 STARTTLS',
    STARTTLS: async (talk) => {
      talk.write('220 Go on\r\n');
      await talk.gone;
      return '';
    },
  });

  for (const [what, script, dialogue] of [
    ['a handshake', hangs, `[${hello}, starttls: ]`],
    ['the reply to a command', greets('220 peer'), `[${hello}]`],
  ] as const)
    it(`is tried by no other, and others run meanwhile: ${what}`, async () => {
      const { ours, tried, ended, all } = await play(script, dialogue);
      assert.deepEqual(counted(ours), { failed: 1, blocked: 5 }, all);
      assert.equal(tried, 1, all);
      assert.deepEqual(ended.slice(0, 2).sort(), ['other 0', 'other 1'], all);
    });

  const logsIn = '[expect: { status: OK }, { send: LOGIN me secret, expect: { status: OK } }]';

  it('is not awaited as long as a login may take if it does not answer mailspec either', async () => {
    const { ours, all } = await play(greets('* OK peer'), logsIn, { scheme: 'imap', loginTimeout: 20_000 });
    assert.deepEqual(counted(ours), { failed: 1, blocked: 5 }, all);
    assert.equal(headlineIn(ours[0] as ScenarioResult), 'LOGIN me secret: no complete reply within 1.3 s', all);
  });

  it('is awaited as long as a login may take if it answers mailspec', async () => {
    const { ours, all } = await play(
      async (talk, number) => {
        talk.write('* OK peer\r\n');
        for (;;) {
          const line = await talk.line();
          const [tag = '', command] = line.split(' ');
          const reply = () => talk.write(`${command === 'LOGOUT' ? '* BYE\r\n' : ''}${tag} OK done\r\n`);
          if (command === 'LOGIN' && number === 1) setTimeout(reply, 1500);
          else reply();
        }
      },
      logsIn,
      { scheme: 'imap', loginTimeout: 20_000 },
    );
    assert.deepEqual(counted(ours), { passed: 6 }, all);
  });
});
