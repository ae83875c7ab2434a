import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { greetSoon } from '../../fixtures/testing/fast-time.ts';
import { peers, type Talk } from '../../fixtures/testing/peer.ts';
import { createAuthority } from '../demo-server/certificates.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../demo-server/server.ts';

const [alice, bob] = ['alice@example.test', 'bob@example.test'];
const password = 'wonderland-of-alice';
const env = { MAILSPEC_PASSWORD: password };
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('mailspec talk in a pipe', () => {
  greetSoon();
  let server: EmbeddedServer;
  let cwd: string;
  const { listen } = peers();
  before(async () => {
    server = await startEmbeddedServer({
      accounts: [
        { user: alice, password },
        { user: bob, password: 'builders' },
      ],
    });
    const tls = { ca: server.ca, servername: 'localhost' };
    const servers = Object.fromEntries(Object.entries(server.addresses).map(([name, url]) => [name, { url, tls }]));
    cwd = project({ 'mailspec.yaml': { servers, secrets: { password } } });
  });
  after(() => server.stop());

  const talked = (name: string, lines: readonly string[], args: readonly string[] = []) =>
    dispatched(['talk', name, ...args], { cwd, env, stdin: lines.map((line) => `${line}\n`).join('') });
  const ran = (file: string) => dispatched(['run', file], { cwd });

  it('sends each line after the reply to the one before, and shows what the server says as it is', async () => {
    const ended = await talked(server.addresses.mx, ['EHLO client.example', 'NOOP', 'QUIT']);
    assert.equal(ended.status, 0, ended.stderr);
    const replies = ended.stdout.split('\n');
    assert.match(replies[0] ?? '', /^220 /);
    assert.ok(replies.includes('250-PIPELINING'));
    assert.deepEqual(replies.slice(-3), ['250 2.0.0 OK', '221 2.0.0 Bye', '']);
    assert.match(ended.stderr, /^> NOOP$/m);
    assert.match(ended.stderr, /^\* closed by the server$/m);
  });

  it('shows the line in which the server closes the connection', async () => {
    const peer = await listen(async (talk) => {
      talk.write('220 ready\r\n');
      await talk.line();
      talk.write('250-hal');
      talk.end();
    });
    const { stdout, stderr } = await talked(peer.url(), ['EHLO a.example']);
    assert.equal(stdout, '220 ready\n250-hal\n');
    assert.match(stderr, /! smtp\.reply\.incomplete/);
  });

  it('says that the server has closed when the next line is typed', async () => {
    const idle = await listen(async (talk) => {
      talk.write('* OK ready\r\n');
      await talk.line();
      talk.write('a001 OK done\r\n* BYE Idle for too long\r\n');
      talk.end();
    });
    const { status, stderr } = await talked(idle.url('imap'), ['NOOP', 'LOGOUT', 'NOOP']);
    assert.equal(status, 1);
    assert.equal(stderr.match(/The connection is closed; "\.reconnect" opens a new one/g)?.length, 2, stderr);
    // One time is that of NOOP; a command without a reply has none.
    assert.ok((stderr.match(/^\* <?\d+ ms$/gm)?.length ?? 0) <= 2, stderr);
  });

  it('saves scenarios that pass, of SMTP, IMAP and POP3, without the password', async () => {
    const message = ['Subject: by hand', '', '.dotted ${x}', '.'];
    const sessions: Readonly<Record<string, readonly [server: string, lines: readonly string[]]>> = {
      'smtp.yaml': [
        'submission',
        [
          ...['EHLO client.example', '.starttls', 'EHLO client.example', 'AUTH LOGIN', base64(alice), base64(password)],
          ...[`MAIL FROM:<${alice}>`, `RCPT TO:<${bob}>`, 'DATA', ...message, 'VRFY x', '.expect 2xx', 'QUIT'],
        ],
      ],
      'imap.yaml': [
        'imaps',
        [
          ...[`a1 LOGIN ${alice} ${password}`, 'APPEND INBOX {}', ...message, 'SELECT INBOX', 'NOOP', '.undo'],
          ...['FETCH 1 (FLAGS BODY.PEEK[])', 'IDLE', 'DONE', 'LOGOUT'],
        ],
      ],
      'pop3.yaml': ['pop3s', [`USER ${alice}`, `PASS ${password}`, 'CAPA', 'STAT', 'UIDL', 'QUIT']],
      'auth.yaml': ['submissions', ['EHLO client.example', `.auth plain ${alice}`, 'QUIT']],
    };
    for (const [file, [name, lines]] of Object.entries(sessions)) {
      const ended = await talked(name, [...lines.slice(0, -1), `.save ${file}`, ...lines.slice(-1)], ['--save', file]);
      assert.equal(ended.status, 0, ended.stdout + ended.stderr);
      assert.ok(!ended.stderr.includes(password), file);
      const again = await ran(file);
      assert.equal(again.status, 0, `${readFileSync(join(cwd, file), 'utf8')}\n${again.stdout}`);
    }
    for (const file of readdirSync(cwd).filter((name) => name.endsWith('.yaml') && name !== 'mailspec.yaml')) {
      const text = readFileSync(join(cwd, file), 'utf8');
      for (const secret of [password, base64(password), base64(`\0${alice}\0${password}`)])
        assert.ok(!text.includes(secret));
      assert.match(text, /requires: \[password\]/);
      assert.doesNotMatch(text, /NOOP/);
    }
  });

  it('shows no password of the lines that come, which nothing but they knows', async () => {
    const secret = 'builders';
    const response = base64(`\0${bob}\0${secret}`);
    const sessions: readonly (readonly [server: string, lines: readonly string[], shown: RegExp])[] = [
      ['submissions', ['EHLO client.example', `AUTH PLAIN ${response}`], /^> AUTH PLAIN \w+«password»$/m],
      ['submissions', ['EHLO client.example', 'AUTH PLAIN', response], /^> \w+«password»$/m],
      ['submissions', ['EHLO client.example', 'AUTH LOGIN', base64(bob), base64(secret)], /^> «password»$/m],
      ['imaps', [`a1 LOGIN ${bob} ${secret}`], /^> .*LOGIN bob@example\.test «password»$/m],
      ['pop3s', [`USER ${bob}`, `PASS ${secret}`], /^> PASS «password»$/m],
    ];
    for (const [name, lines, shown] of sessions) {
      const { stdout, stderr } = await talked(name, lines);
      for (const text of [secret, response, base64(secret)]) assert.ok(!`${stdout}${stderr}`.includes(text), stderr);
      assert.match(stderr, shown);
      if (lines.includes('AUTH LOGIN')) assert.ok(stderr.includes(`> ${base64(bob)}\n`), stderr);
    }
  });

  it('decodes challenges, and shows what is known of the certificate', async () => {
    const ended = await talked('submission', ['EHLO a.example', 'AUTH LOGIN', '*', '.tls'], ['--starttls']);
    assert.match(ended.stderr, /the challenge says "Username:"/);
    assert.match(ended.stderr, /certificate CN=mail.example.test, issued by CN=/);
  });

  it('marks what breaks the protocol and goes on, and exits with 1', async () => {
    const peer = await listen(async (client) => {
      client.write('220 ready\r\n');
      for (;;) client.write((await client.line()) === 'BAD' ? 'what?\r\n' : '250 Ok\r\n');
    });
    const ended = await talked(peer.url(), ['BAD', 'NOOP'], ['--timeout', '2s']);
    assert.match(ended.stderr, /^! .*a line does not begin with a reply code/m);
    assert.match(ended.stdout, /^250 Ok$/m);
    assert.equal(ended.status, 1);
  });

  it('marks what departs from the grammar, says where the rule is, goes on, and exits with 1', async () => {
    const peer = await listen(async (client) => {
      client.write('* OK ready\r\n');
      for (;;) {
        const [tag, command] = (await client.line()).split(' ');
        if (command === 'SELECT') client.write('* FLAGS (\\Seen )\r\n* 3 EXISTS\r\n');
        client.write(`${tag} OK done\r\n`);
      }
    });
    const ended = await talked(peer.url('imap'), ['SELECT INBOX', 'NOOP'], ['--timeout', '2s']);
    assert.match(ended.stderr, /^! imap\.flag-list\.trailing-space: .*\(RFC 9051 section 9, "flag-list"\): /m);
    assert.equal(ended.stderr.match(/^! /gm)?.length, 1, ended.stderr);
    assert.match(ended.stdout, /^\S+ OK done$/m);
    assert.equal(ended.status, 1);
    const good = await talked(peer.url('imap'), ['NOOP'], ['--timeout', '2s']);
    assert.equal(good.status, 0, good.stderr);
  });

  it('marks an end of TLS without close_notify, and saves what passes all the same', async () => {
    const { key, chain } = await (await createAuthority()).issue({ names: ['127.0.0.1'] });
    for (const [end, expected] of [
      [(client: Talk) => client.end(), 'closed'],
      [(client: Talk) => client.endBelow(), '\n          closed: [FIN, RST, close_notify]'],
    ] as const) {
      const peer = await listen(async (client) => {
        await client.secure({ key, cert: chain });
        client.write('+OK ready\r\n');
        await client.line();
        client.write('+OK Bye\r\n');
        end(client);
        await client.gone;
      });
      const url = peer.url('pop3s');
      const own = project({ 'mailspec.yaml': { servers: { box: { url, tls: { verify: false } } } } });
      const args = ['talk', 'box', '--save', 'ended.yaml'];
      const ended = await dispatched(args, { cwd: own, stdin: 'QUIT\n' });
      // After QUIT no data is lost, so a script need not be warned.
      assert.equal(ended.status, 0, ended.stderr);
      const finding = /^! tls\.end\.close-notify: .* \(RFC 8446 section 6\.1\)$/m;
      assert.equal(finding.test(ended.stderr), expected !== 'closed', ended.stderr);
      const text = readFileSync(join(own, 'ended.yaml'), 'utf8');
      assert.ok(
        text.endsWith(`- send: QUIT\n        expect: +OK Bye\n      - expect:${expected.replace(/^(?=c)/, ' ')}\n`),
        text,
      );
      const again = await dispatched(['run', 'ended.yaml'], { cwd: own });
      assert.equal(again.status, 0, again.stdout);
    }
  });

  it('saves a refused COMPRESS with its reply', async () => {
    const peer = await listen(async (client) => {
      client.write('* OK ready\r\n');
      for (;;) client.write(`${(await client.line()).split(' ')[0]} NO not here\r\n`);
    });
    const own = project({ 'mailspec.yaml': { servers: { box: peer.url('imap') } } });
    const args = ['talk', 'box', '--save', 'refused.yaml'];
    const ended = await dispatched(args, { cwd: own, stdin: 'COMPRESS DEFLATE\nNOOP\n' });
    assert.equal(ended.status, 0, ended.stderr);
    const text = readFileSync(join(own, 'refused.yaml'), 'utf8');
    assert.match(text, /- compress: null\n +expect: NO not here\n/);
    const again = await dispatched(['run', 'refused.yaml'], { cwd: own });
    assert.equal(again.status, 0, `${text}${again.stdout}`);
  });

  it('exits with 3 where there is no connection, and with 2 where the server is unknown', async () => {
    assert.equal((await talked('smtp://127.0.0.1:1', [])).status, 3);
    assert.equal((await talked('nonsense', [])).status, 2);
  });

  it('pins only what the reply meets, and overwrites no file of others', async () => {
    writeFileSync(join(cwd, 'mine.yaml'), 'mine');
    const lines = ['NOOP', '.expect 550', '.expect /(/', '.save mine.yaml', '.nonsense', 'QUIT'];
    const ended = await talked('mx', lines);
    assert.match(ended.stderr, /The last reply does not match "550"/);
    assert.match(ended.stderr, /The pattern does not compile/);
    assert.match(ended.stderr, /"mine.yaml" exists/);
    assert.match(ended.stderr, /There is no "\.nonsense"/);
    assert.equal(readFileSync(join(cwd, 'mine.yaml'), 'utf8'), 'mine');
  });

  it('says before the session that --save names a file that exists, and makes its folder', async () => {
    writeFileSync(join(cwd, 'before.yaml'), 'mine');
    const refused = await talked('mx', ['QUIT'], ['--save', 'before.yaml']);
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /Cannot write "before\.yaml": the file exists/);
    assert.equal(refused.stdout, '');
    const saved = await talked('mx', ['QUIT'], ['--save', 'deep/er/after.yaml']);
    assert.equal(saved.status, 0, saved.stderr);
    assert.match(readFileSync(join(cwd, 'deep/er/after.yaml'), 'utf8'), /- send: QUIT/);
  });

  it('talks to services that have no protocol', async () => {
    const peer = await listen(async (client) => {
      client.write(`you said ${await client.line()}\nand more\nPassword: `);
      await client.line();
      client.write('welcome\n');
    });
    const ended = await talked(peer.url('tcp'), ['hello', 'open-sesame', '.save line.yaml']);
    assert.match(ended.stdout, /^you said hello\nand more\nPassword: \nwelcome$/m);
    const saved = readFileSync(join(cwd, 'line.yaml'), 'utf8');
    assert.match(saved, /equals: you said hello[\s\S]*- send: \$\{password\}\n/);
    assert.ok(!`${saved}${ended.stderr}`.includes('open-sesame'));
  });
});
