import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { packageRoot } from '../package-root.ts';

const transcript = (name: string) => readFileSync(join(packageRoot(), 'fixtures', 'transcripts', name), 'utf8');

describe('mailspec import', () => {
  it('writes to standard output or a new file, and says what it read', async () => {
    const cwd = project({ 'mailspec.yaml': {} });
    writeFileSync(join(cwd, 'session.txt'), transcript('swaks.txt'));
    const printed = await dispatched(['import', 'session.txt'], { cwd });
    assert.equal(printed.status, 0);
    assert.match(printed.stdout, /^server: smtp:\/\/mail\.example\.test:587$/m);
    assert.match(printed.stderr, /read as swaks: \d+ steps/);
    const piped = await dispatched(['import', '-', '--output', 'made.yaml'], { cwd, stdin: transcript('swaks.txt') });
    assert.equal(piped.status, 0, piped.stderr);
    assert.equal((await dispatched(['validate', 'made.yaml'], { cwd })).status, 0);
    const again = await dispatched(['import', 'session.txt', '--output', 'made.yaml'], { cwd });
    assert.equal(again.status, 2);
    assert.match(again.stderr, /Cannot write "made.yaml"/);
  });

  it('refuses a pipe that nobody writes to, as diff and merge do', async () => {
    const cwd = project({ 'mailspec.yaml': {} });
    execFileSync('mkfifo', [join(cwd, 'pipe.jsonl')]);
    for (const args of [
      ['import', 'pipe.jsonl'],
      ['merge', 'pipe.jsonl'],
      ['diff', 'pipe.jsonl', 'pipe.jsonl'],
    ]) {
      const { status, stderr } = await dispatched(args, { cwd });
      assert.equal(status, 2, args[0]);
      assert.match(stderr, /Cannot read .*"pipe\.jsonl": .*not a (?:regular )?file/, args[0]);
    }
  });

  it("finds the messages of imaptest's script beside it", async () => {
    const cwd = project({ 'mailspec.yaml': {} });
    writeFileSync(join(cwd, 'noop'), 'messages: 3\n\nok noop\nok append\n');
    const alone = await dispatched(['import', 'noop', '--server', 'imaps'], { cwd });
    assert.doesNotMatch(alone.stdout, /APPEND/);
    assert.match(alone.stderr, /1 line could not be read/);
    const message = (day: number) => `From a@b  Fri Feb ${day} 23:00:00 2008 +0200\nSubject: x\n\nHello\n\n`;
    writeFileSync(join(cwd, 'default.mbox'), `${message(1)}${message(22)}`);
    const { stdout, stderr } = await dispatched(['import', 'noop', '--server', 'imaps'], { cwd });
    const appended = [...stdout.matchAll(/APPEND \$\{mailbox\} "([^"]+)"[\s\S]*?mbox: (\S+)\s+number: (\d)/g)];
    assert.deepEqual(
      appended.map((match) => match.slice(1)),
      [
        [' 1-Feb-2008 23:00:00 +0200', 'default.mbox', '1'],
        ['22-Feb-2008 23:00:00 +0200', 'default.mbox', '2'],
        [' 1-Feb-2008 23:00:00 +0200', 'default.mbox', '1'],
        [' 1-Feb-2008 23:00:00 +0200', 'default.mbox', '1'],
      ],
    );
    assert.doesNotMatch(stderr, /could not be read/);
  });

  it('finds the protocol of a server in the configuration and the profile that are named', async () => {
    const servers = { box: 'smtp://localhost' };
    const profiles = { old: { servers: { box: 'pop3://localhost' } } };
    const cwd = project({ 'other.yaml': { servers, profiles }, 'session.txt': '220 a\nNOOP\n+OK b\nQUIT\n+OK c\n' });
    const imported = (...args: readonly string[]) =>
      dispatched(['import', 'session.txt', '--server', 'box', ...args], { cwd });
    assert.match((await imported('--config', 'other.yaml')).stdout, /code: 220|expect: 220/);
    assert.match((await imported('--config', 'other.yaml', '--profile', 'old')).stdout, /expect: \+OK c/);
    for (const args of [
      ['--config', 'none.yaml'],
      ['--config', 'other.yaml', '--profile', 'new'],
    ]) {
      const { status, stderr } = await imported(...args);
      assert.equal(status, 2);
      assert.match(stderr, /none\.yaml|"new"/);
    }
  });

  it("imports the modules of a server's protocol, or the one that is named", async () => {
    const servers = { box: 'imap://localhost', mail: 'smtp://localhost' };
    const cwd = project({ 'mailspec.yaml': { servers }, 'modules.yml': transcript('blackbox-several.yml') });
    const rows: readonly (readonly [readonly string[], readonly string[]])[] = [
      [
        ['--server', 'box'],
        ['imap_starttls', 'imap_capabilities'],
      ],
      [['--server', 'mail'], ['smtp_starttls']],
      [['--server', 'smtp://localhost'], ['smtp_starttls']],
      [['--server', 'other', '--module', 'imap_starttls'], ['imap_starttls']],
    ];
    for (const [args, names] of rows) {
      const { stdout, stderr } = await dispatched(['import', 'modules.yml', ...args], { cwd });
      const found = [...stdout.matchAll(/^ {2}- name: (.*)$/gm)].map(([, name]) => name);
      assert.deepEqual(found, names, `${args.join(' ')}\n${stderr}`);
      assert.doesNotMatch(stderr, /could not be read/);
    }
    const refused: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /its modules speak 2 protocols: .*imap_starttls \(IMAP\)[\s\S]*--module NAME/],
      [['--module', 'none'], /no module "none" with a dialogue/],
      [['--server', 'pop3://localhost', '--format', 'a script of imaptest'], /it tests IMAP/],
    ];
    for (const [args, message] of refused) {
      const ended = await dispatched(['import', 'modules.yml', ...args], { cwd });
      assert.equal(ended.status, 2, args.join(' '));
      assert.match(ended.stderr, message);
    }
  });

  it('reads Latin-1, and refuses what cannot be used', async () => {
    const cwd = project({ 'mailspec.yaml': {} });
    writeFileSync(join(cwd, 'latin.txt'), Buffer.from('220 Gr\xfc\xdfe\nQUIT\n221 Bye\n', 'latin1'));
    assert.match((await dispatched(['import', 'latin.txt', '--server', 'mx'], { cwd })).stdout, /220 Grüße/);
    const rows: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /Cannot import: no file is named/],
      [['none.txt'], /Cannot read "none.txt"/],
      [['latin.txt', '--format', 'x'], /Unknown format "x"/],
      [['mailspec.yaml'], /the protocol is not recognized/],
    ];
    for (const [args, message] of rows) {
      const ended = await dispatched(['import', ...args], { cwd });
      assert.equal(ended.status, 2, args.join(' '));
      assert.match(ended.stderr, message);
    }
  });
});
