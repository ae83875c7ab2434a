import assert from 'node:assert/strict';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import type { Written } from '../authoring/written.ts';
import { leftOutLines } from './left-out.ts';
import { ask, type Probe, reply, time, worked } from './probe.ts';
import { take } from './take.ts';

describe('take()', () => {
  const { listen } = peers();

  const taken = (
    mx: string,
    steps: readonly Written[],
    clock = () => performance.now(),
    facts: Pick<Probe, 'leaves'> = {},
  ) =>
    take(
      [{ ...facts, file: 'mx', name: 'All is answered', server: 'mx', steps }],
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

  for (const { title, delays, asks, limits } of [
    {
      title: 'measures a failed login again if it was slow, so that a busy machine does not look like a slow server',
      delays: [1_500, 100],
      // And one to prove it.
      asks: 3,
      limits: { within: '2s' },
    },
    {
      title: 'does not fail more logins if two were delayed for the same time',
      delays: [3_000, 3_100, 3_000],
      asks: 3,
      limits: { within: '7500ms', after: '1300ms' },
    },
    {
      title: 'measures a failed login at most three times',
      delays: [12_000, 6_000, 3_000, 3_000],
      asks: 4,
      limits: { within: '7500ms', after: '1300ms' },
    },
  ])
    it(title, async () => {
      let asked = 0;
      let late = 0;
      const peer = await listen(
        smtpScript({
          AUTH: () => {
            late += delays[asked++] ?? 0;
            return '535 5.7.8 Authentication failed';
          },
        }),
      );
      const steps = [{ expect: reply }, { send: 'AUTH PLAIN', expect: worked }];
      const { settled } = await taken(peer.url(), steps, () => performance.now() + late, { leaves: 'failed logins' });
      assert.deepEqual(settled[0]?.steps.at(-1), { send: 'AUTH PLAIN', expect: { code: 535, ...limits } });
      assert.equal(asked, asks);
    });

  it('says what differed of what it leaves out, with both values', async () => {
    let asked = 0;
    const peer = await listen(
      smtpScript({ NOOP: () => (++asked % 2 === 0 ? '451 4.7.1 Try again later' : '250 2.0.0 Ok') }),
    );
    const { settled, leftOut } = await taken(peer.url(), [{ expect: 220 }, ask('NOOP')]);
    assert.deepEqual(settled, []);
    assert.deepEqual(
      leftOut.map(({ why }) => why),
      ['it was different each time: the reply to NOOP differs: "250 2.0.0 Ok" and "451 4.7.1 Try again later"'],
    );
  });

  it('says which other step failed if that is why something is left out', async () => {
    let asked = 0;
    const peer = await listen(
      smtpScript({ RSET: () => (++asked % 2 === 0 ? '451 4.7.1 Try again later' : '250 2.0.0 Ok') }),
    );
    const { leftOut } = await taken(peer.url(), [{ expect: 220 }, ask('NOOP'), { send: 'RSET', expect: 250 }]);
    assert.deepEqual(
      leftOut.map(({ why }) => why),
      ['it was different each time: RSET: expected 250, got 451 4.7.1 Try again later'],
    );
  });

  it('records a reply that the server sends unasked each time', async () => {
    const peer = await listen(smtpScript({ RSET: '250 2.0.0 Ok\n450 4.0.0 And again' }));
    const { settled, leftOut } = await taken(peer.url(), [{ expect: 220 }, ask('RSET')]);
    assert.deepEqual(leftOut, []);
    assert.deepEqual(settled[0]?.steps.at(-1), { expect: 450 });
  });

  describe('of a scenario with a reply that varies at a later step', () => {
    const steps = [{ expect: 220 }, ask('NOOP'), ask('VRFY alice'), { wait: '1ms' }, ask('RSET')];
    /** A server that varies the replies to these commands, counted from `asked`. */
    const varying = async (replies: Readonly<Record<string, (asked: number) => string>>) => {
      const counts = new Map<string, number>();
      const counted = (verb: string, reply: (asked: number) => string) => () => {
        const asked = (counts.get(verb) ?? 0) + 1;
        counts.set(verb, asked);
        return reply(asked);
      };
      const known = Object.entries(replies).map(([verb, reply]) => [verb, counted(verb, reply)] as const);
      return (await listen(smtpScript(Object.fromEntries(known)))).url();
    };
    const inTurn = (asked: number) => (asked % 2 === 0 ? '451 4.7.1 Try again later' : '250 2.0.0 Ok');
    const shown = async (url: string) => {
      const { settled, leftOut } = await taken(url, steps);
      return { kept: settled.map((each) => each.steps.length), lines: leftOutLines(leftOut) };
    };

    it('keeps the steps before it, and says which are left out and why, each time the same', async () => {
      for (const _ of ['taken', 'taken again'])
        assert.deepEqual(await shown(await varying({ VRFY: inTurn })), {
          kept: [2],
          lines: [
            'left out: mx › All is answered, from "VRFY alice" on (3 of 5 steps): it was different each time: the reply to VRFY alice differs: "250 2.0.0 Ok" and "451 4.7.1 Try again later"',
          ],
        });
    });

    it('names what leads to it, which is left out as well', async () => {
      const { kept, lines } = await shown(await varying({ RSET: inTurn }));
      assert.deepEqual(kept, [3]);
      assert.match(lines.join(), /, from "wait: 1ms" on \(2 of 5 steps\): .* the reply to RSET differs: /);
    });

    it('says what timed out', async () => {
      const peer = await listen((talk, number) =>
        smtpScript({
          RSET: async () => {
            await talk.gone;
            return '250 2.0.0 Ok';
          },
        })(talk, number),
      );
      assert.deepEqual(await shown(peer.url()), {
        kept: [3],
        lines: [
          'left out: mx › All is answered, from "wait: 1ms" on (2 of 5 steps): RSET: no complete reply within 1 s',
        ],
      });
    });

    it('leaves nothing out if its status is the same: the steps after it are tried again', async () => {
      const words = ['first', 'second', 'third', 'fourth', 'fifth'];
      const url = await varying({ NOOP: (asked) => `250 2.0.0 Ok, ${words[asked % words.length]}` });
      assert.deepEqual(await shown(url), { kept: [5], lines: [] });
    });

    it('does not count what the server ended, which is recorded', async () => {
      const peer = await listen((talk, number) =>
        smtpScript({
          VRFY: () => {
            talk.end();
            return '';
          },
        })(talk, number),
      );
      assert.deepEqual(await shown(peer.url()), { kept: [3], lines: [] });
    });
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
