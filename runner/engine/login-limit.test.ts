import assert from 'node:assert/strict';
import { fastTime } from '../../fixtures/testing/fast-time.ts';
import { peers, type Script } from '../../fixtures/testing/peer.ts';
import { play, told } from '../../fixtures/testing/play.ts';
import { itSideBySide } from '../../fixtures/testing/side-by-side.ts';
import { noteWords } from '../words/outcome.ts';

/** As Dovecot does by process_limit: a process for each user that is logged in, and a short line for them. */
describe('a server that lets only so many be logged in at once', () => {
  const it = itSideBySide(6);
  fastTime(4);
  const { listen } = peers(after);

  /** `broken`: users whose logins it always ends. `patience`: for how many milliseconds a login waits. */
  async function dovecot(most: number, broken: readonly string[] = [], patience = 20) {
    const seen = { logins: 0, open: 0 };
    const login = async (user: string, gone: Promise<unknown>) => {
      seen.logins++;
      if (broken.includes(user)) return false;
      if (seen.open >= most) await new Promise((resolve) => setTimeout(resolve, patience));
      if (seen.open >= most) return false;
      seen.open++;
      void gone.then(() => seen.open--);
      return true;
    };
    const imap: Script = async (talk) => {
      talk.write('* OK ready\r\n');
      for (;;) {
        const [tag, command, user = ''] = (await talk.line()).split(' ');
        if (command === 'LOGIN' && !(await login(user, talk.gone))) return talk.end();
        // Others that are logging in at the same time count as well.
        if (command === 'LOGIN') await new Promise((resolve) => setTimeout(resolve, 5));
        if (command === 'LOGOUT') talk.write('* BYE bye\r\n');
        talk.write(`${tag} OK done\r\n`);
        if (command === 'LOGOUT') return talk.end();
      }
    };
    const [plain, other] = await Promise.all([listen(imap), listen(imap)]);
    return { servers: { it: plain.url('imap'), other: other.url('imap') }, seen };
  }

  const byImap = (on: string, user: string) =>
    `{ on: ${on}, expect: OK }, { on: ${on}, send: LOGIN ${user} b, expect: OK }`;
  const one = (name: string, server = 'it', user = 'alice') =>
    `  - { name: ${name}, connections: { a: ${server} }, dialogue: [${byImap('a', user)}, { on: a, send: NOOP, expect: OK }, { on: a, send: LOGOUT, expect: OK }] }\n`;
  const two = (name: string) =>
    `  - { name: ${name}, connections: { a: it, b: it }, dialogue: [${byImap('a', 'alice')}, ${byImap('b', 'alice')}] }\n`;
  const suite = (scenarios: readonly string[]) => `suite: S\nscenarios:\n${scenarios.join('')}`;
  const many = (make: (name: string, at: number) => string, count = 16) =>
    suite(Array.from({ length: count }, (_, at) => make(`number ${at}`, at)));

  for (const most of [1, 3])
    it(`${most}, is asked for fewer, and the remedy is noted once`, async () => {
      const { servers } = await dovecot(most);
      const { results, summary } = await play(
        many((name) => one(name)),
        { servers, parallel: 8 },
      );
      assert.deepEqual([...new Set(results.map(({ outcome }) => outcome))], ['passed'], results.map(told).join('\n'));
      assert.equal(summary.exitStatus, 0);
      const [note, ...more] = summary.notes?.map(noteWords) ?? [];
      assert.deepEqual(more, []);
      assert.match(
        note ?? '',
        /^the server "it" limits how many may be logged in at once \(a login beyond that ends without a reply\); mailspec slowed down: give the server "max_connections: [1-4]" in the configuration, or raise the limit \(Dovecot: process_limit\)$/,
      );
    });

  it('on all ports together is asked for fewer on all of them', async () => {
    const { servers } = await dovecot(2);
    const text = many((name, at) => one(name, at % 2 === 0 ? 'it' : 'other'));
    const { results, summary } = await play(text, { servers, parallel: 8 });
    assert.deepEqual([...new Set(results.map(({ outcome }) => outcome))], ['passed'], results.map(told).join('\n'));
    const [note, ...more] = summary.notes?.map(noteWords) ?? [];
    assert.deepEqual(more, []);
    assert.match(
      note ?? '',
      /^the servers "(?:it" and "other|other" and "it)" limit how many .* "--parallel [1-3]", or raise/,
    );
  });

  it('passes scenarios that hold one connection while they wait for another', async () => {
    const { servers } = await dovecot(3);
    const { results } = await play(many(two, 10), { servers, parallel: 8 });
    assert.deepEqual([...new Set(results.map(({ outcome }) => outcome))], ['passed'], results.map(told).join('\n'));
  });

  it('fails the scenarios of a user whose logins it ends even if nobody else is there', async () => {
    const { servers, seen } = await dovecot(99, ['bob']);
    const text = many((name, at) => one(name, 'it', at % 2 === 0 ? 'alice' : 'bob'), 24);
    const { results, summary } = await play(text, { servers, parallel: 8 });
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      results.map((_, at) => (at % 2 === 0 ? 'passed' : 'failed')),
      results.map(told).join('\n'),
    );
    assert.deepEqual(summary.notes ?? [], []);
    // Each of those that ran at first has three tries, all others have one.
    assert.ok(seen.logins <= 24 + 2 * 8, `${seen.logins}`);
  });

  it('fails a scenario that needs more by itself, and slows down no other', async () => {
    const { servers, seen } = await dovecot(1);
    const text = suite([two('too many'), ...Array.from({ length: 4 }, (_, at) => one(`number ${at}`))]);
    const { results } = await play(text, { servers, parallel: 4 });
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['failed', 'passed', 'passed', 'passed', 'passed'],
      results.map(told).join('\n'),
    );
    assert.ok(seen.logins <= 24, `${seen.logins}`);
  });

  it('0, is tried once by each scenario', async () => {
    const { servers, seen } = await dovecot(0);
    const { results, summary } = await play(
      many((name) => one(name)),
      { servers, parallel: 8 },
    );
    assert.deepEqual([...new Set(results.map(({ outcome }) => outcome))], ['failed']);
    assert.equal(seen.logins, results.length);
    assert.deepEqual(summary.notes ?? [], []);
  });

  it('is not asked again by a scenario that provokes failed logins', async () => {
    const { servers, seen } = await dovecot(99, ['bob']);
    const text = suite([one('alice'), one('bob', 'it', 'bob').replace('{ name', '{ provokes: [failed-login], name')]);
    const { results } = await play(text, { servers, parallel: 8 });
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['passed', 'failed'],
    );
    assert.equal(seen.logins, 2);
  });
});
