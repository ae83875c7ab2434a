import assert from 'node:assert/strict';
import { fastTime } from '../../fixtures/testing/fast-time.ts';
import { peers, type Script } from '../../fixtures/testing/peer.ts';
import { play, told } from '../../fixtures/testing/play.ts';
import { itSideBySide } from '../../fixtures/testing/side-by-side.ts';
import { reasonIn } from '../../fixtures/testing/worded.ts';
import { noteWords } from '../words/outcome.ts';

/** As Cyrus does by maxlogins_per_user: it counts a user's logins by all protocols, and that of POP3 itself. */
describe('a server that limits the logins of a user', () => {
  const it = itSideBySide(4);
  fastTime(4);
  const { listen } = peers(after);

  async function cyrus(most: number) {
    let [open, refused] = [0, 0];
    const words = () => `Too many open connections (${open} of ${most} for alice)`;
    const login = async (gone: Promise<unknown>) => {
      // Others that are logging in at the same time count as well.
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (open >= most) {
        refused++;
        return false;
      }
      open++;
      void gone.then(() => open--);
      return true;
    };
    const pop3: Script = async (talk) => {
      talk.write('+OK ready\r\n');
      for (;;) {
        const line = await talk.line();
        const isPassword = line.startsWith('PASS');
        talk.write(!isPassword || (await login(talk.gone)) ? '+OK\r\n' : `-ERR ${words()}\r\n`);
        if (line === 'QUIT') return talk.end();
      }
    };
    const imap: Script = async (talk) => {
      talk.write('* OK ready\r\n');
      for (;;) {
        const [tag, command] = (await talk.line()).split(' ');
        const isIn = command !== 'LOGIN' || (await login(talk.gone));
        if (command === 'LOGOUT') talk.write('* BYE\r\n');
        talk.write(`${tag} ${isIn ? 'OK done' : `NO ${words()}`}\r\n`);
        if (command === 'LOGOUT') return talk.end();
      }
    };
    const [a, b] = await Promise.all([listen(pop3), listen(imap)]);
    return { servers: { pop: a.url('pop3'), imap: b.url('imap') }, refusals: () => refused };
  }

  const byPop3 = (on: string) =>
    `{ on: ${on}, expect: +OK }, { on: ${on}, send: USER a, expect: +OK }, { on: ${on}, send: PASS b, expect: +OK }`;
  const byImap = (on: string) => `{ on: ${on}, expect: OK }, { on: ${on}, send: LOGIN a b, expect: OK }`;
  const one = (name: string, on: 'pop' | 'imap') =>
    `  - { name: ${name}, connections: { a: ${on} }, dialogue: [${on === 'pop' ? byPop3('a') : byImap('a')}] }\n`;
  const suite = (...scenarios: readonly string[]) => `suite: S\nscenarios:\n${scenarios.join('')}`;
  const many = Array.from({ length: 8 }, (_, at) => [one(`pop3 ${at}`, 'pop'), one(`imap ${at}`, 'imap')]).flat();

  for (const most of [1, 2])
    it(`to ${most} on all protocols together is asked for fewer on all of them`, async () => {
      const { servers } = await cyrus(most);
      const { results, summary } = await play(suite(...many), { servers, parallel: 8 });
      assert.deepEqual([...new Set(results.map(({ outcome }) => outcome))], ['passed'], results.map(told).join('\n'));
      const notes = summary.notes?.map(noteWords) ?? [];
      assert.ok(notes.length > 0);
      for (const note of notes) assert.doesNotMatch(note, /connections_per_minute/);
    });

  it('blocks a scenario that needs more at once, after a few tries, and slows down no other', async () => {
    const { servers, refusals } = await cyrus(2);
    const three = [byPop3('a'), byImap('b'), byPop3('c')].join(', ');
    const text = suite(
      `  - { name: too many, connections: { a: pop, b: imap, c: pop }, dialogue: [${three}] }\n`,
      `  - { name: too many again, connections: { a: pop, b: imap, c: pop }, dialogue: [${three}] }\n`,
      one('others', 'pop'),
    );
    const { results, summary } = await play(text, { servers, parallel: 1 });
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['blocked', 'blocked', 'passed'],
      results.map(told).join('\n'),
    );
    assert.match(
      reasonIn(results[0]),
      /^the server "pop" cannot be used: connections or messages of this client are limited: -ERR Too many open connections \(\d of 2 for alice\)$/,
    );
    assert.equal(summary.exitStatus, 3);
    assert.ok(refusals() <= 20, `${refusals()}`);
    for (const note of summary.notes ?? []) assert.doesNotMatch(noteWords(note), /connections_per_minute/);
  });

  it('to fewer than one scenario needs on one protocol is not asked for ever', async () => {
    const { servers, refusals } = await cyrus(1);
    const both = [byImap('a'), byPop3('b')].join(', ');
    const text = suite(
      `  - { name: both, connections: { a: imap, b: pop }, dialogue: [${both}] }\n`,
      one('one', 'pop'),
    );
    const { results } = await play(text, { servers, parallel: 4 });
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['blocked', 'passed'],
      results.map(told).join('\n'),
    );
    assert.ok(refusals() <= 24, `${refusals()}`);
  });
});
