import assert from 'node:assert/strict';
import { fastTime } from '../../fixtures/testing/fast-time.ts';
import { peers, type Script, type Talk } from '../../fixtures/testing/peer.ts';
import { play } from '../../fixtures/testing/play.ts';
import { itSideBySide } from '../../fixtures/testing/side-by-side.ts';
import { causeWords, meaningWords } from '../words/cause.ts';
import { hintOf } from '../words/hint.ts';
import { collectCauses } from './collect.ts';

/** Closes every second connection: a scenario that runs into a limit is tried again. */
const closes = (talk: Talk) => talk.end();
const resets = (talk: Talk) => talk.reset();

describe('isOneTooMany()', () => {
  const it = itSideBySide(8);
  fastTime(8);
  const { listen } = peers(after);

  const first = '{ on: a, expect: OK }, { on: a, send: a NOOP, expect: OK }';
  const dialogues = {
    'while the first one is open': `[${first}, { on: b, expect: OK }]`,
    'after the first one has ended': `[${first}, { on: a, close: }, { on: b, expect: OK }]`,
    'under the same name': `[${first}, { on: a, close: }, { on: a, expect: OK }, { on: b, expect: nothing }]`,
  };

  async function causesOf(script: Script, dialogue: string) {
    const peer = await listen(script);
    const text = `suite: S\nscenarios:\n  - { name: n, connections: { a: it, b: it }, dialogue: ${dialogue} }\n`;
    const causes = collectCauses();
    const { results } = await play(text, { servers: { it: { url: peer.url('imap'), product: 'courier' } } });
    for (const result of results) causes.add(result);
    const [result] = results;
    const hint = result?.problem === undefined ? undefined : hintOf(result.problem, result);
    return { causes: causes.list(), hint };
  }

  const speaking: Script = async (talk) => {
    talk.write('* OK ready\r\n');
    while (true) talk.write(`${(await talk.line()).split(' ')[0]} OK done\r\n`);
  };
  const everySecond =
    (refuse: (talk: Talk) => void): Script =>
    (talk, number) =>
      number % 2 === 0 ? speaking(talk, number) : refuse(talk);

  const rows: readonly (readonly [how: string, (talk: Talk) => void, when: keyof typeof dialogues])[] = [
    ['closes', closes, 'while the first one is open'],
    ['closes', closes, 'after the first one has ended'],
    ['closes', closes, 'under the same name'],
    ['resets', resets, 'while the first one is open'],
  ];
  for (const [how, refuse, when] of rows)
    it(`recognizes a limit where a server ${how} a second connection ${when}`, async () => {
      const { causes, hint } = await causesOf(everySecond(refuse), dialogues[when]);
      assert.deepEqual(
        causes.map((cause) => [cause.severity, causeWords(cause)]),
        [
          [
            'medium',
            'it: the server closes connections, usually because the server limits the connections of an address',
          ],
        ],
      );
      const [cause] = causes;
      assert.match(cause?.remedies[0]?.text ?? '', /MAXPERIP/);
      assert.match(cause === undefined ? '' : (meaningWords(cause) ?? ''), /several connections at once/);
      assert.match(hint ?? '', /limits the connections of an address/);
    });

  it('recognizes none where the server says something, or closes every connection', async () => {
    const limit = /limits the connections/;
    const said = await causesOf(
      everySecond((talk) => {
        talk.write('* BYE ');
        talk.end();
      }),
      dialogues['while the first one is open'],
    );
    assert.doesNotMatch(said.hint ?? '', limit);
    for (const cause of said.causes) assert.doesNotMatch(causeWords(cause), limit);
    const silent = await causesOf((talk) => talk.end(), dialogues['while the first one is open']);
    assert.doesNotMatch(silent.hint ?? '', limit);
    for (const cause of silent.causes) assert.doesNotMatch(causeWords(cause), limit);
  });
});
