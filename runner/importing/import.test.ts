import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { greetSoon } from '../../fixtures/testing/fast-time.ts';
import { runsOf } from '../../fixtures/testing/long.ts';
import { planOf } from '../../fixtures/testing/plan.ts';
import { play, told } from '../../fixtures/testing/play.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../demo-server/server.ts';
import { packageRoot } from '../package-root.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { protocols } from '../protocol/protocols.ts';
import { schemeOf } from '../protocol/server-url.ts';
import { readArguments } from './imaptest-arguments.ts';
import { formatNames, type Imported, importText } from './import.ts';
import { rows } from './transcripts.test.helper.ts';

const folder = join(packageRoot(), 'fixtures', 'transcripts');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const password = 'wonderland';
const message = 'Subject: y\r\n\r\nc OK looks like one\r\n';

interface Edit {
  readonly at: number;
  readonly line: string;
  readonly how: 'replaced' | 'added' | 'removed' | 'cut' | 'doubled';
}

/** The lines after an edit. */
function edited(lines: readonly string[], { at, line, how }: Edit): readonly string[] {
  const index = at % lines.length;
  const there = lines[index] ?? '';
  const results: Readonly<Record<Edit['how'], readonly string[]>> = {
    replaced: [line],
    added: [there, line],
    removed: [],
    cut: [there.slice(0, at % (there.length + 1))],
    doubled: [there, there],
  };
  return lines.toSpliced(index, 1, ...results[how]);
}

describe('importText()', () => {
  greetSoon();
  let server: EmbeddedServer;
  before(async () => {
    server = await startEmbeddedServer({
      accounts: [
        { user: 'alice@example.test', password, aliases: ['postmaster@example.test'] },
        { user: 'bob@example.test', password: 'builders' },
      ],
    });
    server.mailbox('alice@example.test').append(Buffer.from(message));
  });
  after(() => server.stop());

  const imported = (files: readonly string[], named?: string, protocol?: Protocol): Imported => {
    const made = importText(files.map(read), { title: files.join(), server: named, protocol });
    assert.ok('text' in made, JSON.stringify(made));
    return made;
  };

  it('takes no list of status codes in a module of blackbox_exporter for the replies of a session', () => {
    const lines = [
      ...[
        'modules:',
        '  web:',
        '    prober: http',
        '    http:',
        '      valid_status_codes:',
        '        - 200',
        '        - 201',
      ],
      ...[
        '  mail:',
        '    prober: tcp',
        '    tcp:',
        '      query_response:',
        '        - expect: "^220"',
        '        - send: "QUIT"',
      ],
    ];
    const made = importText([lines.join('\n')], { title: 'x', protocol: protocols.smtp });
    assert.equal('format' in made && made.format, 'a module of blackbox_exporter', JSON.stringify(made));
  });

  it('makes one scenario of named connections that take turns', async () => {
    const [smtp = '', box = ''] = [server.addresses.mx, server.addresses.imaps].map((url) => url.split('//')[1]);
    const lines = [
      ...[`smtp * connected to ${smtp}`, 'smtp S 220 x ESMTP', `box  * connected to ${box}`],
      ...['box  * TLSv1.3 X, certificate x until 2030-01-01', 'box  S * OK x', 'smtp C EHLO a.example', 'smtp S 250 x'],
      ...['box  C a001 LOGIN alice@example.test «password»', 'box  S a001 OK x', 'smtp C QUIT', 'smtp S 221 x'],
      ...['smtp * closed by the server', `smtp * connected to ${smtp}`, 'smtp S 220 x ESMTP', 'smtp C NOOP'],
      ...['smtp S 250 x', 'box  C a002 LOGOUT', 'box  S * BYE x', 'box  S a002 OK x'],
    ];
    const text = [...lines.map((line) => ` +1.0ms ${line}`), '/var/log/mail.log: disconnect from x'].join('\n');
    const made = importText([text], { title: 'x', loose: true });
    assert.ok('text' in made, JSON.stringify(made));
    assert.equal(made.unread, 0);
    const connections = `    connections:\n      smtp: smtp://${smtp}\n      box: imaps://${box}\n`;
    assert.ok(made.text.includes(connections), made.text);
    const turns = [...made.text.matchAll(/^ +on: (\w+)$/gm)].map(([, on]) => on);
    assert.equal(turns.join(' '), 'smtp box smtp box smtp smtp smtp smtp smtp box');
    const { results } = await play(made.text.replace(/(smtp: )smtp:.*/, '$1mx').replace(/(box: )imaps:.*/, '$1imaps'), {
      servers: {
        mx: server.addresses.mx,
        imaps: { url: server.addresses.imaps, tls: { ca: server.ca, servername: 'localhost' } },
      },
      secrets: { password },
    });
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['passed'],
      `${results.map(told)}${made.text}`,
    );
  });

  for (const { files, format, server: name, named, has, protocol, several } of rows) {
    it(`makes a scenario of ${files.join(' and ')} that passes`, async () => {
      const { text, format: found } = imported(files, name, protocol);
      assert.equal(found, format);
      if (named !== undefined) assert.match(imported(files).text, named);
      if (has !== undefined) assert.match(text, has);
      for (const form of [password, Buffer.from(password).toString('base64').slice(0, -2), 'AGFsaWNl']) {
        assert.ok(!text.includes(form), text);
      }
      const tls = { ca: server.ca, servername: 'localhost' };
      const { results } = await play(text, {
        servers: { [name]: { url: server.addresses[name], tls } },
        variables: { user: 'alice@example.test' },
        secrets: { password },
      });
      assert.ok(several === undefined ? results.length > 0 : results.length === several, text);
      assert.deepEqual(
        results.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'passed'),
        [],
        `${text}\n${results.map(told).join('\n')}`,
      );
    });
  }

  it('expects only statuses where the server is another one', async () => {
    const other = read('telnet-smtp.txt')
      .replace('2.1.0 Accepted', 'sender ok')
      .replace('ESMTP', 'ready, at your service');
    const made = (loose: boolean) => {
      const { text } = importText([other], { title: 'x', server: 'mx', loose }) as Imported;
      return play(text, { servers: { mx: server.addresses.mx } });
    };
    assert.equal((await made(true)).results[0]?.outcome, 'passed');
    assert.equal((await made(false)).results[0]?.outcome, 'failed');
  });

  it('reads every transcript of the folder in a test', () => {
    assert.deepEqual(rows.flatMap(({ files }) => files).sort(), readdirSync(folder).sort());
    assert.equal(new Set(formatNames).size, formatNames.length);
  });

  it('refuses a text without a reply, and one whose protocol nobody can tell', () => {
    assert.ok('problem' in importText(['nothing of interest\nat all\n'], { title: 'x' }));
    assert.ok('problem' in importText(['EHLO a\nMAIL FROM:<>\n'], { title: 'x' }));
  });

  it('refuses a text that is larger than what a person imports', () => {
    const refused = (text: string) => {
      const found = importText([text], { title: 'a', server: 'mx' });
      return 'problem' in found ? found.problem : `${found.steps} steps`;
    };
    const session = (steps: number) => `S: 220 x\n${'C: NOOP\nS: 250 y\n'.repeat(steps)}`;
    assert.equal(refused(session(20)), '21 steps');
    assert.equal(refused(session(10_001)), 'it has more than 10,000 steps');
    assert.equal(refused(session(30_000)), 'it has more than 50,000 lines');
    assert.equal(refused(`S: 220 ${'x'.repeat(300_000)}`), 'line 1 has more than 262,144 characters');
    // Nested lists, as in a script for imaptest.
    const isRead = (depth: number) => readArguments(`${'('.repeat(depth)}uid${')'.repeat(depth)}`) !== undefined;
    assert.deepEqual([1, 100, 101, 100_000].map(isRead), [true, true, false, false]);
  });

  it('reads a login that a transcript of mailspec hides', () => {
    const shown = '+1ms S 220 x\n+2ms C AUTH PLAIN «password»\n+3ms S 235 ok\n';
    const { text } = importText([shown], { title: 'x', server: 'smtp://localhost' }) as Imported;
    assert.match(text, /- authenticate: \{mechanism: PLAIN, user: '\$\{user\}', password: '\$\{password\}'\}/);
  });

  it('keeps what it cannot read as a comment at its place', () => {
    const { text } = imported(['swaks.txt']);
    const broken = importText([read('recordio.txt').replace('QUIT', 'QUIT\n???\nof no use')], { title: 'x' });
    assert.ok('text' in broken);
    assert.match(broken.text, /# \?\?\?\n\s+# of no use/);
    assert.doesNotMatch(text, /#.*queued/);
  });

  it('writes a file that validates, whatever became of a text', () => {
    const all = rows.flatMap(({ files }) => files.flatMap((file) => read(file).split('\n')));
    const edit = fc.record({
      at: fc.nat(200),
      line: fc.oneof(fc.constantFrom(...all), fc.constantFrom('S: a (?=x) {1564}', '????', '- Peer has closed', '***')),
      how: fc.constantFrom('replaced', 'added', 'removed', 'cut', 'doubled'),
    });
    fc.assert(
      fc.property(fc.constantFrom(...rows), fc.array(edit, { maxLength: 4 }), ({ files, server: name }, edits) => {
        const texts = files.map((file) => edits.reduce(edited, read(file).split('\n')).join('\n'));
        const url = `${name === 'mx' || name.startsWith('submission') ? 'smtp' : name}://localhost`;
        const made = importText(texts, { title: 'any', server: url, protocol: schemeOf(url)?.protocol });
        if ('problem' in made) return;
        const secrets = Object.fromEntries(['', '_2', '_3', '_4'].map((end) => [`password${end}`, password]));
        const { diagnostics } = planOf(made.text, { variables: { user: 'a' }, secrets });
        assert.deepEqual(
          diagnostics.filter(({ severity }) => severity !== 'warning'),
          [],
          `${texts.join('\n')}\n${made.text}`,
        );
      }),
      { numRuns: runsOf(80), seed: 18 },
    );
  });

  it('gives a scenario file without mistakes, or a reason, for any lines', () => {
    const line = fc.oneof(
      fc.constantFrom(
        ...[
          '220 x ESMTP',
          '250-AUTH PLAIN',
          '250 ok',
          '354 go',
          '.',
          'EHLO a',
          'DATA',
          'AUTH PLAIN',
          'QUIT',
          '* OK hi',
          'a OK b',
        ],
        ...[
          'a LOGIN x {3}',
          '+ go',
          '* 1 FETCH (BODY[] {5}',
          '+OK hi',
          'CAPA',
          'PASS x',
          'C: a NOOP',
          'S: a OK',
          '??? 220',
          'ok noop',
        ],
        ...[
          '=== x',
          ' -> EHLO',
          '<-  220 x',
          '> EHLO',
          '< 250 x',
          '+1.0ms C x',
          'CONNECTED(3)',
          '---',
          '  query_response:',
          '"SASL" "x"',
        ],
      ),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const made = importText([lines.join('\n')], { title: 'any', server: 'it' });
        if (!('text' in made)) return;
        const scheme = /authenticate|untagged|status: OK/.test(made.text) ? 'imap' : 'smtp';
        const { diagnostics } = planOf(made.text, { servers: { it: `${scheme}://127.0.0.1:1` } });
        const mistakes = diagnostics.filter(({ code }) => code.startsWith('yaml') || code === 'key.unknown');
        assert.deepEqual(mistakes, [], made.text);
      }),
    );
  });
});
