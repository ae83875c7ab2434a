import assert from 'node:assert/strict';
import { peers } from '../../fixtures/testing/peer.ts';
import { play } from '../../fixtures/testing/play.ts';

describe('"not" in an entry of untagged', () => {
  const { listen } = peers();

  for (const entry of ['FETCH', '"* FETCH"', '/FETCH/', '"* 2 FETCH"'])
    for (const forbidden of [true, false])
      it(`fails on ${entry} ${forbidden ? 'where it came' : 'only where it came'}, whatever came beside it`, async () => {
        const peer = await listen(async (talk) => {
          talk.write('* OK ready\r\n');
          const [tag] = (await talk.line()).split(' ');
          talk.write(`${forbidden ? '* 2 FETCH (FLAGS ())\r\n' : ''}* 3 EXISTS\r\n${tag} OK done\r\n`);
          await talk.gone;
        });
        const step = `{ send: NOOP, expect: { status: OK, untagged: [{ not: ${entry} }] } }`;
        const text = `suite: S\nserver: it\nscenarios:\n  - { name: n, dialogue: [expect: OK, ${step}] }\n`;
        const { results } = await play(text, { servers: { it: peer.url('imap') } });
        assert.deepEqual(
          results.map(({ outcome }) => outcome),
          [forbidden ? 'failed' : 'passed'],
        );
      });
});
