import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { planOf } from '../../fixtures/testing/plan.ts';
import { play, told } from '../../fixtures/testing/play.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../demo-server/server.ts';
import { packageRoot } from '../package-root.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { protocols } from '../protocol/protocols.ts';
import { schemeOf } from '../protocol/server-url.ts';
import { formatNames, type Imported, importText } from './import.ts';

const folder = join(packageRoot(), 'fixtures', 'transcripts');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const password = 'wonderland';
const message = 'Subject: y\r\n\r\nc OK looks like one\r\n';

interface Edit {
  readonly at: number;
  readonly line: string;
  readonly how: 'replaced' | 'added' | 'removed' | 'cut' | 'doubled';
}

/** Lines of which something became. */
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

interface Row {
  readonly files: readonly string[];
  readonly format: string;
  /** The embedded server's service. */
  readonly server: keyof EmbeddedServer['addresses'];
  /** The server as the text names it. */
  readonly named?: RegExp;
  readonly has?: RegExp;
  /** What the server speaks, for a text that has several protocols. */
  readonly protocol?: Protocol;
}

const rows: readonly Row[] = [
  { files: ['telnet-smtp.txt'], format: 'telnet or nc', server: 'mx', named: /smtp:\/\/mail\.example\.test$/m },
  { files: ['telnet-imap.txt'], format: 'telnet or nc', server: 'imaps', named: /imap:\/\/localhost$/m },
  { files: ['telnet-pop3.txt'], format: 'telnet or nc', server: 'pop3s', named: /pop3:\/\/pop\.example\.test$/m },
  { files: ['nc-smtp.txt'], format: 'telnet or nc', server: 'mx', has: /send: VRFY postmaster/ },
  { files: ['openssl-smtp.txt'], format: 'openssl s_client', server: 'submission', named: /mail\.example\.test:587/ },
  {
    // Without the command line, and with the empty lines in its session tickets.
    files: ['openssl-tickets.txt'],
    format: 'openssl s_client',
    server: 'submission',
    has: /- starttls\n +- send: EHLO client[\s\S]*mechanism: LOGIN[\s\S]*Subject: x\n\n +hi\n/,
  },
  { files: ['openssl-pop3s.txt'], format: 'openssl s_client', server: 'pop3s', has: /dialogue:\n +- expect:\n.*\+OK/ },
  { files: ['openssl-stls.txt'], format: 'openssl s_client', server: 'pop3', has: /- starttls\n +- send: USER/ },
  { files: ['openssl-quiet.txt'], format: 'openssl s_client', server: 'imaps', has: /- send: SELECT INBOX/ },
  { files: ['gnutls-starttls.txt'], format: 'gnutls-cli', server: 'submission', has: /- starttls\n +- send: EHLO/ },
  { files: ['gnutls-imap.txt'], format: 'gnutls-cli', server: 'imap', has: /- starttls\n/ },
  {
    files: ['gnutls-at-once.txt'],
    format: 'gnutls-cli',
    server: 'imaps',
    has: /- pipeline:\n +- send: NOOP\n[\s\S]*- send: LOGOUT\n[\s\S]*\n {6}- expect: closed\n/,
  },
  { files: ['swaks.txt'], format: 'swaks', server: 'submission', has: /mechanism: LOGIN/ },
  { files: ['curl.txt'], format: 'curl -v', server: 'imaps', named: /imaps:\/\/mail\.example\.test$/m },
  { files: ['curl-smtp.txt'], format: 'curl -v', server: 'mx', has: /# The session does not show the message/ },
  { files: ['curl-pop3.txt'], format: 'curl -v', server: 'pop3s', has: /- send: RETR 1\n +expect: \+OK/ },
  {
    files: ['script-openssl.txt'],
    format: 'openssl s_client',
    server: 'submission',
    has: /mechanism: PLAIN[\s\S]*# not sent, it is a command of openssl: QUIT/,
  },
  { files: ['recordio.txt'], format: 'recordio', server: 'mx' },
  { files: ['postfix-log.txt'], format: "Postfix's log", server: 'mx', has: /- pipeline:\n/ },
  { files: ['mailspec.txt'], format: 'a transcript of mailspec', server: 'mx', has: /expect: closed/ },
  {
    // The whole dialogue after the failure, not the excerpt in it.
    files: ['attachment.txt'],
    format: 'a transcript of mailspec',
    server: 'submission',
    has: /^ +dialogue:\n +- expect:[\s\S]*- starttls\n[\s\S]*mechanism: PLAIN/m,
  },
  { files: ['rawlog.in', 'rawlog.out'], format: 'recordio', server: 'imaps' },
  {
    // As Dovecot's rawlog_dir has it: from the reply to the login on.
    files: ['rawlog-login.in', 'rawlog-login.out'],
    format: 'recordio',
    server: 'imaps',
    has: /- expect: OK\n +- authenticate:[\s\S]*- send: SELECT INBOX/,
  },
  { files: ['james.test'], format: 'a script of James MPT', server: 'imaps', has: /\(\?im\)\^\\d\+ EXISTS/ },
  { files: ['james-greeting.test'], format: 'a script of James MPT', server: 'imaps', has: /# What the server says/ },
  { files: ['exim-client.txt'], format: 'a client script of Exim', server: 'mx', has: /^ +\.dotted$/m },
  {
    files: ['blackbox.yml'],
    format: 'a module of blackbox_exporter',
    server: 'submission',
    has: /250-STARTTLS|STARTTLS/,
  },
  {
    files: ['blackbox-several.yml'],
    format: 'a module of blackbox_exporter',
    server: 'imap',
    protocol: protocols.imap,
    has: /name: imap_starttls\n[\s\S]*- starttls\n[\s\S]*name: imap_capabilities\n[\s\S]*# left out: smtp_starttls, irc_banner, http_2xx/,
  },
  {
    files: ['imaptest.txt'],
    format: 'a script of imaptest',
    server: 'imaps',
    has: /original: 1\n(?:.*\n)*.*# search uid \$uid9\n/,
  },
];

describe('importText()', () => {
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

  for (const { files, format, server: name, named, has, protocol } of rows) {
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
      assert.ok(results.length > 0);
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
      { numRuns: 80, seed: 18 },
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
