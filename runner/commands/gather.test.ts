import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { peers } from '../../fixtures/testing/peer.ts';

const secret = 'correct horse & <battery> 7';
/** Forms in which servers, their logs and their programs may write a secret. */
const forms = [
  secret,
  Buffer.from(`\0alice\0${secret}`).toString('base64'),
  Buffer.from(secret).toString('hex'),
  encodeURIComponent(secret),
  JSON.stringify(secret),
];

describe('mailspec run --gather', () => {
  const { listen } = peers();

  async function folder(more: object = {}): Promise<string> {
    const answer = forms.map((form) => `250-${form}\r\n`).join('');
    const { port } = await listen(async (talk) => {
      talk.write('220 mail.example.com ESMTP Postfix\r\n');
      for (;;) {
        await talk.line();
        talk.write(`${answer}250 ok\r\n`);
      }
    });
    const cwd = project({
      'mailspec.yaml': {
        servers: { mx: `smtp://127.0.0.1:${port}` },
        secrets: { password: secret },
        logs: ['mail.log'],
        ...more,
      },
      'a.yaml': {
        suite: 'A',
        server: 'mx',
        scenarios: [
          { name: 'passes', dialogue: [{ expect: 220 }] },
          { name: 'fails', dialogue: [{ expect: 220 }, { send: 'NOOP', expect: 500 }] },
        ],
      },
    });
    writeFileSync(join(cwd, 'mail.log'), `started: ${forms.join(' ')}\n`);
    return cwd;
  }

  const textOf = (cwd: string, path: string): string => readFileSync(join(cwd, path), 'utf8');
  /** The paths of all files below a folder. */
  const filesIn = (cwd: string): readonly string[] =>
    readdirSync(cwd, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile())
      .map((each) => join(each.parentPath ?? each.path, each.name));

  it('writes an index, the dialogues of what failed and the logs, and no secret', async () => {
    // Every program prints the secret.
    const programs = forms.map((form) => `'${form}'`).join(' ');
    const cwd = await folder({ allow: { commands: true }, variables: { gather_in: `printf '%s\\n' ${programs} #` } });
    const { status, stderr } = await dispatched(['run', 'a.yaml', '--gather', 'out'], { cwd });
    assert.equal(status, 1, stderr);
    assert.match(stderr, /^\d+ files gathered in "out": README\.txt is the index$/m);
    const readme = textOf(cwd, 'out/README.txt');
    // As in every other report.
    assert.match(readme, /^ {2}\d+ scenarios?: (?:\d+ passed, )?\d+ failed(?:, \d+ \w+)*$/m);
    assert.ok(textOf(cwd, 'out/summary.txt').includes(/scenarios?: (.*)$/m.exec(readme)?.[1] ?? '?'), readme);
    assert.match(readme, /^ {2}mailspec \d.*, Node v/m);
    assert.match(readme, /^ {2}mx: 127\.0\.0\.1:\d+; Postfix; greets with "220 mail\.example\.com ESMTP Postfix"$/m);
    assert.match(readme, /^ {4}see: failures\/001-a-fails\.txt$/m);
    assert.match(readme, /^ {2}programs\/postfix-postconf-n\.txt +postfix: postconf -n$/m);
    assert.doesNotMatch(readme, /dovecot|Not gathered/);
    const failure = textOf(cwd, 'out/failures/001-a-fails.txt');
    assert.match(failure, /error\[reply\.mismatch\]: NOOP: expected 500, got 250/);
    assert.match(textOf(cwd, 'out/programs/postfix-postconf-n.txt'), /^# postconf -n: exit status 0\n«password»\n/);
    assert.match(textOf(cwd, 'out/logs/1-mail.log.txt'), /^started: «password».*\n# the run begins\n/);
    for (const file of filesIn(join(cwd, 'out')))
      for (const form of forms) assert.ok(!readFileSync(file, 'utf8').includes(form), `${file}: ${form}`);
  });

  it('writes an archive with the index first', async () => {
    const cwd = await folder();
    await dispatched(['run', 'a.yaml', '--gather', 'report.tar.gz'], { cwd });
    const archive = gunzipSync(readFileSync(join(cwd, 'report.tar.gz'))).toString('latin1');
    // Each header begins with the name, and has this mark in the same block of 512 octets.
    const names = [...archive.matchAll(/ustar\0/g)].map(({ index }) => /^[^\0]*/.exec(archive.slice(index - 257))?.[0]);
    assert.deepEqual(names, [
      'report/README.txt',
      'report/summary.txt',
      'report/logs/1-mail.log.txt',
      'report/failures/001-a-fails.txt',
    ]);
  });

  it('runs no program that the configuration does not allow', async () => {
    const marker = join(project({}), 'started');
    const variables = { gather_in: `touch ${marker} #` };
    const cwd = await folder({ variables });
    await dispatched(['run', 'a.yaml', '--gather', 'out'], { cwd });
    assert.match(textOf(cwd, 'out/README.txt'), /^Not gathered\n.*the configuration does not allow programs; write/m);
    assert.ok(!existsSync(marker));
    const allowed = await folder({ allow: { commands: true }, variables });
    await dispatched(['run', 'a.yaml', '--gather', 'out'], { cwd: allowed });
    assert.ok(existsSync(marker));
  });

  it('says which programs are missing and which failed', async () => {
    const cwd = await folder({
      allow: { commands: true },
      variables: { gather_in: 'sh -c "echo no such thing >&2; exit 127" #' },
    });
    await dispatched(['run', 'a.yaml', '--gather', 'out'], { cwd });
    assert.match(
      textOf(cwd, 'out/README.txt'),
      /^Not gathered\n(?: {2}.*\n)* {2}postfix: postconf -n: no such thing$/m,
    );
    const failing = await folder({
      allow: { commands: true },
      variables: { gather_in: 'sh -c "echo no access >&2; exit 3" #' },
    });
    await dispatched(['run', 'a.yaml', '--gather', 'out'], { cwd: failing });
    assert.match(textOf(failing, 'out/README.txt'), /postfix: postconf -n \(exit status 3\)$/m);
    assert.match(textOf(failing, 'out/programs/postfix-postconf-n.txt'), /# standard error:\nno access\n/);
  });

  it('refuses a place that it cannot write, before the run', async () => {
    const cwd = await folder();
    for (const [place, message] of [
      ['.', /Cannot gather into "\.": the folder is not empty/],
      ['a.yaml/x', /Cannot gather into "a\.yaml\/x": /],
      ['report.zip', /Give a name that ends with "\.tar\.gz", or a folder/],
      ['', /Option "--gather" needs a file or a folder/],
    ] as const) {
      const { status, stdout, stderr } = await dispatched(['run', 'a.yaml', '--gather', place], { cwd });
      assert.equal(status, 2);
      assert.match(stderr, message);
      assert.equal(stdout, '');
    }
  });
});
