import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { greetSoon } from '../../fixtures/testing/fast-time.ts';
import { peers } from '../../fixtures/testing/peer.ts';
import { createAuthority } from '../demo-server/certificates.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../demo-server/server.ts';
import { packageRoot } from '../package-root.ts';
import { tryCommand } from './try.options.ts';

const alice = 'alice@example.test';
const bob = 'bob@example.test';
const password = 'wonderland-of-alice';
const env = { MAILSPEC_PASSWORD: password };

describe('mailspec try', () => {
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
    cwd = project({ 'mailspec.yaml': {} });
  });
  after(() => server.stop());

  const tried = (name: keyof EmbeddedServer['addresses'], args: readonly string[], more = {}) =>
    dispatched(['try', server.addresses[name], '--ca', server.ca, '--servername', 'localhost', ...args], {
      cwd,
      env,
      ...more,
    });

  it('delivers a message, and prints the dialogue without the password', async () => {
    const ended = await tried('submission', [
      ...['--starttls', '--auth', alice, '--rcpt', alice, '--subject', 'from try', '--header', 'X-Test: ${x}'],
    ]);
    assert.equal(ended.status, 0, ended.stderr);
    assert.match(ended.stdout, /C RCPT TO:<alice@example.test>/);
    assert.match(ended.stdout, /C AUTH PLAIN «password»/);
    assert.doesNotMatch(ended.stdout + ended.stderr, new RegExp(password));
    assert.ok(!ended.stdout.includes(Buffer.from(`\0${alice}\0${password}`).toString('base64')));
    assert.match(ended.stdout, /X-Test: \$\{x\}/);
  });

  it('sends a message from standard input or a file as it is', async () => {
    const text = 'Subject: mine\n\n.dot ${x}\n';
    const piped = await tried('mx', ['--rcpt', alice, '--message', '-'], { stdin: text });
    assert.equal(piped.status, 0, piped.stderr);
    writeFileSync(join(cwd, 'latin.eml'), Buffer.from('Subject: h\xf6\r\n\r\n\xff\r\n', 'latin1'));
    const filed = await tried('mx', ['--rcpt', alice, '--message', 'latin.eml']);
    assert.equal(filed.status, 0, filed.stderr);
    const messages = server.mailbox(alice).messages().slice(-2);
    const [first, second] = messages.map(({ bytes }) => bytes.toString('latin1'));
    assert.match(first ?? '', /Subject: mine\r\n\r\n\.dot \$\{x\}\r\n/);
    assert.match(second ?? '', /Subject: h\xf6\r\n\r\n\xff\r\n/);
  });

  it('exits with the status of the phase that failed', async () => {
    const rows: readonly (readonly [keyof EmbeddedServer['addresses'], readonly string[], number])[] = [
      ['mx', ['--rcpt', 'x@elsewhere.example'], 24],
      ['mx', ['--rcpt', 'x@elsewhere.example', '--quit-after', 'rcpt', '--expect-code', '5xx'], 0],
      ['mx', ['--rcpt', alice, '--quit-after', 'rcpt', '--expect-code', '5xx'], 24],
      ['mx', ['--quit-after', 'greeting', '--expect-code', '221'], 21],
      ['mx', ['--quit-after', 'hello', '--expect-code', '500'], 22],
      ['mx', ['--rcpt', alice, '--quit-after', 'data'], 0],
      ['mx', ['--rcpt', alice, '--quit-after', 'data', '--expect-code', '550'], 25],
      ['mx', ['--starttls', '--servername', 'other.invalid'], 29],
      ['mx', ['--starttls', '--servername', 'other.invalid', '--no-verify'], 0],
      ['imaps', ['--auth', alice], 0],
      ['pop3s', ['--auth', alice, '--send', 'STAT'], 0],
      ['imaps', ['--auth', 'nobody'], 28],
      ['imaps', ['--auth', alice, '--mechanism', 'plain'], 0],
      ['lmtp', ['--rcpt', alice, '--rcpt', bob], 0],
    ];
    for (const [name, args, status] of rows) {
      const ended = await tried(name, args);
      assert.equal(ended.status, status, `${name} ${args.join(' ')}\n${ended.stdout}${ended.stderr}`);
    }
    assert.equal((await dispatched(['try', 'smtp://127.0.0.1:1'], { cwd })).status, 3);
  });

  it('exits with 27 where QUIT is refused, and with 32 where EHLO over TLS is', async () => {
    const authority = await createAuthority({ name: 'an authority' });
    const { key, cert } = await authority.issue({ names: ['localhost'] });
    const refusing = (bad: 'QUIT' | 'EHLO') =>
      listen(async (talk) => {
        talk.write('220 x\r\n');
        let isSecure = false;
        for (;;) {
          const verb = (await talk.line()).split(' ')[0] ?? '';
          if (verb === 'STARTTLS') {
            talk.write('220 go\r\n');
            await talk.secure({ key, cert });
            isSecure = true;
          } else if (verb === bad && (verb === 'QUIT' || isSecure)) talk.write('503 no\r\n');
          else if (verb === 'QUIT') return talk.end();
          else talk.write(isSecure ? '250 x\r\n' : '250-x\r\n250 STARTTLS\r\n');
        }
      });
    const [quit, hello] = [await refusing('QUIT'), await refusing('EHLO')];
    const plain = await dispatched(['try', quit.url()], { cwd });
    assert.deepEqual([plain.status, /FAIL at quit: /.test(plain.stderr)], [27, true], plain.stderr);
    const secure = await dispatched(['try', hello.url(), '--starttls', '--no-verify'], { cwd });
    assert.deepEqual([secure.status, /FAIL at hello-again: /.test(secure.stderr)], [32, true], secure.stderr);
    assert.equal((await dispatched(['try', quit.url(), '--quit-after', 'hello'], { cwd })).status, 27);
  });

  it('refuses what cannot be used, before it connects', async () => {
    const rows: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /Cannot connect: no server is named/],
      [['nonsense'], /Unknown server "nonsense"/],
      [['smtp://127.0.0.1:1', '--quit-after', 'rcpt'], /Cannot stop after rcpt/],
      [['smtp://127.0.0.1:1', '--quit-after', 'later'], /Unknown phase "later"/],
      [['imap://127.0.0.1:1', '--rcpt', alice], /IMAP does not transfer mail/],
      [['smtp://127.0.0.1:1', '--auth', alice, '--mechanism', 'X'], /Unknown mechanism "X"/],
      [['smtp://127.0.0.1:1', '--auth', alice], /standard input is not a terminal/],
      [['smtp://127.0.0.1:1', '--ca', 'none.pem'], /no such file/],
      [['smtp://127.0.0.1:1', '--cert', '.'], /Cannot read "--cert \.": it is a folder/],
      [['smtp://127.0.0.1:1', '--key', '/dev/null'], /it is not a file/],
      [['smtp://127.0.0.1:1', '--tls-min', '1.2'], /The versions are/],
    ];
    for (const [args, message] of rows) {
      const ended = await dispatched(['try', ...args], { cwd });
      assert.equal(ended.status, 2, args.join(' '));
      assert.match(ended.stderr, message);
    }
  });

  it('reads the password from a file and from the configuration, and warns of one in the arguments', async () => {
    writeFileSync(join(cwd, 'password'), `${password}\n`);
    const imaps = server.addresses.imaps;
    const tls = ['--ca', server.ca, '--servername', 'localhost', '--auth', alice];
    const filed = await dispatched(['try', imaps, ...tls, '--secret', 'password=file:password'], { cwd });
    assert.equal(filed.status, 0, filed.stderr);
    const argued = await dispatched(['try', imaps, ...tls, '--auth-password', password], { cwd });
    assert.match(argued.stderr, /warning: every user of this machine can see/);
    const tlsOfServer = { ca: server.ca, servername: 'localhost' };
    const configured = project({
      'mailspec.yaml': { servers: { imaps: { url: imaps, tls: tlsOfServer } }, secrets: { password } },
    });
    assert.equal((await dispatched(['try', 'imaps', '--auth', alice], { cwd: configured })).status, 0);
  });

  it('has every option that the table for users of swaks names', () => {
    const page = readFileSync(join(packageRoot(), 'docs', 'by-hand.md'), 'utf8');
    const table = page.slice(page.indexOf('| swaks | `mailspec try` |'), page.indexOf("It exits with swaks' status"));
    const named = [...table.matchAll(/^\|.*?\|(.*)\|$/gm)].flatMap(([, cell = '']) => [
      ...cell.matchAll(/--([a-z-]+)/g),
    ]);
    const known = new Set(tryCommand.options.map(({ name }) => name));
    assert.ok(named.length > 20);
    assert.deepEqual(
      named.map(([, name = '']) => name).filter((name) => !known.has(name)),
      ['-'],
    );
  });
});

describe('mailspec run without a file', () => {
  greetSoon();
  let server: EmbeddedServer;
  let cwd: string;
  before(async () => {
    server = await startEmbeddedServer({ accounts: [{ user: alice, password }] });
    cwd = project({ 'mailspec.yaml': { servers: { it: server.addresses.mx } } });
  });
  after(() => server.stop());

  it('runs the steps of -e against the server of --server', async () => {
    const steps = [
      '-e',
      'expect: 220',
      '-e',
      'send: NOOP\nexpect: 250',
      '-e',
      '- send: QUIT\n  expect: 221\n- expect: closed',
    ];
    const passed = await dispatched(['run', ...steps, '--server', server.addresses.mx], { cwd });
    assert.equal(passed.status, 0, passed.stdout + passed.stderr);
    const listed = [
      '-e',
      'expect: 220',
      '-e',
      '[{ send: NOOP,\n expect: 250 }, {send: "QUIT", expect: 221}, expect: closed]',
    ];
    const inList = await dispatched(['run', ...listed, '--server', server.addresses.mx, '--reporter', 'tap'], { cwd });
    assert.equal(inList.status, 0, inList.stdout + inList.stderr);
    const unmet = listed.map((each) => each.replace('expect: 221', 'expect: 554'));
    assert.equal((await dispatched(['run', ...unmet, '--server', server.addresses.mx], { cwd })).status, 1);
    const broken = await dispatched(['run', '-e', '[{ expect: 220 }', '--server', server.addresses.mx], { cwd });
    assert.equal(broken.status, 2, broken.stdout);
    const named = await dispatched(['run', '-e', 'expect: 554', '--server', `x=${server.addresses.mx}`], { cwd });
    assert.equal(named.status, 1, named.stdout);
    assert.doesNotMatch(named.stdout, /--rerun-failed/);
    const wrong = await dispatched(['run', '-e', 'expct: 220', '--server', server.addresses.mx], { cwd });
    assert.match(String(wrong.stderr), /Unknown key "expct"/);
    const lost = await dispatched(['run', '-e', 'expect: 220'], { cwd });
    assert.match(String(lost.stderr), /they need one server/);
  });

  it('runs a list of steps of standard input against the server of --server', async () => {
    const stdin = '# by hand\n- expect: 220\n- send: QUIT\n  expect: 221\n';
    const piped = (...args: readonly string[]) => dispatched(['run', '-', ...args], { cwd, stdin });
    const passed = await piped('--server', 'it');
    assert.equal(passed.status, 0, passed.stdout + passed.stderr);
    const failed = await dispatched(['run', '-', '--server', server.addresses.mx], { cwd, stdin: '- expect: 554\n' });
    assert.equal(failed.status, 1, failed.stdout);
    assert.match(failed.stdout, /expected 554/);
    const lost = await piped();
    assert.deepEqual([lost.status, /standard input: they need one server/.test(lost.stderr)], [2, true], lost.stderr);
  });

  it('says how a server is named where a scenario file names it', async () => {
    const stdin = 'suite: Piped\nserver: it\nscenarios: [{ name: greets, dialogue: [{ expect: 220 }] }]\n';
    const { status, stderr } = await dispatched(['run', '-', '--server', 'mx'], { cwd, stdin });
    assert.equal(status, 2);
    assert.match(stderr, /"--server mx": expected NAME=URL/);
    assert.match(stderr, /--server mx=smtp:/);
  });

  it('runs the scenarios of standard input', async () => {
    const stdin = 'suite: Piped\nserver: it\nscenarios: [{ name: greets, dialogue: [{ expect: 220 }] }]\n';
    assert.equal((await dispatched(['run', '-'], { cwd, stdin })).status, 0);
    assert.equal((await dispatched(['run', '-'], { cwd, stdin: stdin.replace('220', '554') })).status, 1);
  });
});
