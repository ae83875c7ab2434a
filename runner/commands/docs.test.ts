import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';

const login = [
  { expect: 220 },
  { send: 'AUTH PLAIN ${plain|base64}', expect: 235 },
  { send: 'VRFY ${user|base64}', expect: 250 },
  { send: { raw: 'NOOP ${password}\r\n' }, expect: 250 },
];

const files = {
  'mailspec.yaml': {
    scenarios: ['scenarios/*.yaml'],
    servers: { mx: 'smtp://127.0.0.1:1' },
    variables: { user: 'alice@example.com', size: '2KiB' },
    secrets: { password: '${env.MAIL_PASSWORD}' },
  },
  'scenarios/a.yaml': {
    suite: 'Mail',
    description: 'Why it is so.',
    server: 'mx',
    variables: { plain: '\0${user}\0${password}' },
    scenarios: [
      { name: 'logs in', references: ['RFC 4954 section 4'], tags: ['auth'], dialogue: login },
      { name: 'is good practice', level: 'should', requires: ['imap'], dialogue: login },
    ],
  },
};

describe('mailspec docs', () => {
  const { listen } = peers();

  it('documents by names, without values, secrets and the environment', async () => {
    const cwd = project(files);
    const { stdout, stderr, status } = await dispatched(['docs'], { cwd });
    assert.equal(status, 0, stderr);
    assert.match(
      stdout,
      /^C: AUTH PLAIN \$\{plain\|base64\}\nS: replies 235\nC: VRFY \$\{user\|base64\}\nS: replies 250\nC: NOOP \$\{password\}␍␊$/m,
    );
    assert.match(stdout, /\[RFC 4954 section 4\]\(https:\/\/www\.rfc-editor\.org\/rfc\/rfc4954#section-4\)/);
    assert.match(stdout, /\*\*SHOULD\*\*[\s\S]*Not run: the configuration has no "imap"/);
    assert.doesNotMatch(stdout, /alice/);
  });

  it('shows a value where no file can be read without, and no secret even then', async () => {
    const dialogue = [
      ...login,
      { send: 'DATA', expect: 354 },
      { message: { subject: '${user}', size: '${size}' }, expect: 250 },
    ];
    const cwd = project({
      ...files,
      'scenarios/a.yaml': { ...files['scenarios/a.yaml'], scenarios: [{ name: 'sends', dialogue }] },
    });
    const { stdout, stderr, status } = await dispatched(['docs'], { cwd, env: { MAIL_PASSWORD: 'wonderland' } });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^C: a message of 2048 octets with the subject "\$\{user\}"$/m);
    assert.doesNotMatch(stdout, /wonderland/);
  });

  it('tells mistakes as validate does', async () => {
    const cwd = project({
      ...files,
      'scenarios/b.yaml': {
        suite: 'B',
        server: 'mx',
        scenarios: [{ name: 'x', dialogue: [{ send: '${usr}', expect: 250 }] }],
      },
    });
    const { stdout, stderr, status } = await dispatched(['docs'], { cwd, env: { MAIL_PASSWORD: 'x' } });
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /Unknown variable "usr"[\s\S]*Did you mean "user"\?/);
  });

  it('writes a file, in the format of its name, and checks it', async () => {
    const cwd = project(files);
    for (const [name, beginning] of [
      ['docs/mail.md', '<!-- Made by mailspec docs'],
      ['mail.html', '<!doctype html>'],
    ] as const) {
      const missing = await dispatched(['docs', '--output', name, '--check'], { cwd });
      assert.equal(missing.status, 1);
      assert.match(missing.stderr, /"[^"]+" is out of date/);
      assert.equal((await dispatched(['docs', '--output', name], { cwd })).status, 0);
      const text = readFileSync(join(cwd, name), 'utf8');
      assert.ok(text.startsWith(beginning), text.slice(0, 80));
      assert.equal((await dispatched(['docs', '--output', name, '--check'], { cwd })).status, 0);
      writeFileSync(join(cwd, name), text.replace('logs in', 'logs out'));
      assert.equal((await dispatched(['docs', '--output', name, '--check'], { cwd })).status, 1);
    }
  });

  it('says when a scenario was last verified, against what, and what was said', async () => {
    const peer = await listen(smtpScript({ VRFY: '' }));
    const cwd = project({
      'mailspec.yaml': { scenarios: ['a.yaml'], servers: { mx: peer.url() } },
      'a.yaml': {
        suite: 'A',
        server: 'mx',
        scenarios: [
          { name: 'good', dialogue: [{ expect: 220 }, { send: 'NOOP', expect: 250 }] },
          { name: 'bad', dialogue: [{ expect: 220 }, { send: 'NOOP', expect: 251 }] },
        ],
      },
    });
    assert.equal((await dispatched(['run', '--reporter', 'json=results.jsonl'], { cwd })).status, 1);
    const { stdout, stderr } = await dispatched(['docs', '--results', 'results.jsonl'], { cwd });
    const address = peer
      .url()
      .replace(/^\w+:\/\//, '')
      .replaceAll('.', '\\.');
    assert.match(
      stdout,
      new RegExp(`^Verified \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC against ${address}$`, 'm'),
      stderr,
    );
    assert.match(
      stdout,
      new RegExp(`^Not verified .* against ${address}: failed: NOOP: expected 251, got 250 2.0.0 OK$`, 'm'),
    );
    assert.match(stdout, /<details><summary>Recorded dialogue<\/summary>[\s\S]*^C: NOOP␍␊\nS: 250 /m);
  });

  for (const [args, message] of [
    [['--check'], /no page is named/],
    [['--format', 'pdf'], /Unknown format "pdf"/],
    [['--results', 'none.jsonl'], /Cannot read the results "none\.jsonl"/],
    [['--results', 'mailspec.yaml'], /Cannot use the results "mailspec\.yaml"/],
    [['--tags', 'nothing'], /is selected/],
  ] as const) {
    it(`exits with 2 for ${args.join(' ')}`, async () => {
      const { stderr, status } = await dispatched(['docs', ...args], { cwd: project(files) });
      assert.equal(status, 2);
      assert.match(stderr, message);
    });
  }
});
