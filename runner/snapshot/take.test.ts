import assert from 'node:assert/strict';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import type { Written } from '../authoring/written.ts';
import { ask, reply, time } from './probe.ts';
import { take } from './take.ts';

describe('take()', () => {
  const { listen } = peers();

  const taken = (mx: string, steps: readonly Written[], clock = () => performance.now()) =>
    take(
      [{ file: 'mx', name: 'All is answered', server: 'mx', steps }],
      { names: new Map(), secrets: new Map() },
      {
        options: { config: { path: 'mailspec.yaml', text: '{}' }, servers: { mx }, timeout: '1s' },
        parallel: 8,
        signal: new AbortController().signal,
        clock,
        wall: () => Date.now(),
        defaults: {},
      },
    );

  it('observes once more what ran out of time, so that it is not recorded as a shorter scenario', async () => {
    let asked = 0;
    const peer = await listen((talk, number) =>
      smtpScript({
        NOOP: async () => {
          // The machine is too busy for the first one.
          if (++asked === 1) await talk.gone;
          return '250 2.0.0 Ok';
        },
      })(talk, number),
    );
    const steps = [{ expect: reply }, ask('EHLO client.example'), ask('NOOP'), ask('RSET')];
    const { settled, leftOut } = await taken(peer.url(), steps);
    assert.deepEqual(leftOut, []);
    assert.deepEqual(
      settled.map((each) => each.steps.length),
      [steps.length],
    );
    // Twice to observe, and twice to prove it.
    assert.equal(asked, 4);
  });

  it('measures again what was slow, so that a busy machine does not look like a slow server', async () => {
    let asked = 0;
    let late = 0;
    const peer = await listen(
      smtpScript({
        NOOP: () => {
          if (++asked <= 2) late += 1_000;
          return '250 2.0.0 Ok';
        },
      }),
    );
    const steps = [{ expect: reply }, { send: 'NOOP', expect: time }];
    const { settled } = await taken(peer.url(), steps, () => performance.now() + late);
    assert.deepEqual(settled[0]?.steps.at(-1), { send: 'NOOP', expect: { code: 250, within: '500ms' } });
  });

  it('does not record what depends on the length of the id, which differs between runs', async () => {
    const peer = await listen(
      smtpScript({ MAIL: (_, line) => `501 5.5.4 Expected the end of the command at octet ${line.length}` }),
    );
    const command = 'MAIL FROM:<${scenario.id}@client.example> MAILSPEC';
    const { settled } = await taken(peer.url(), [{ expect: reply }, ask('EHLO client.example'), ask(command)]);
    assert.deepEqual(settled[0]?.steps.at(-1), {
      send: command,
      expect: { code: 501, text: '/^5\\.5\\.4 Expected the end of the command at octet \\d+$/' },
    });
  });
});
