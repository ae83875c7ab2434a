import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accounts } from '../../fixtures/servers/accounts.ts';
import { kinds } from '../../fixtures/servers/kinds.ts';
import { type MailServer, type ServiceName, startMailServer } from '../../fixtures/servers/mail-server.ts';
import { describeServers } from '../../fixtures/servers/missing.ts';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';

const { user, password } = accounts.alice;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const message = ['Subject: by hand', '', '.dotted', '.'];

/** The lines that a person types; each session is saved, and the saved file is run. */
const sessions: readonly (readonly [server: ServiceName, lines: readonly string[]])[] = [
  [
    'mx',
    [
      ...['EHLO client.example', 'MAIL FROM:<someone@somewhere.example>', `RCPT TO:<${user}>`],
      ...['RCPT TO:<x@relay.example>', 'DATA', ...message, 'VRFY bob', 'HELP', 'QUIT'],
    ],
  ],
  [
    'submission',
    ['EHLO a.example', '.starttls', 'EHLO a.example', 'AUTH LOGIN', base64(user), base64(password), 'QUIT'],
  ],
  [
    'imaps',
    [
      ...[
        `a login ${user} ${password}`,
        'LIST "" *',
        'APPEND INBOX {}',
        ...message,
        'SELECT INBOX',
        'ID NIL',
        'IDLE',
        'DONE',
        'compress deflate',
        'NOOP',
      ],
      ...['FETCH * (FLAGS INTERNALDATE ENVELOPE BODY[])', 'SEARCH SUBJECT hand', 'LOGOUT'],
    ],
  ],
  ['pop3s', ['CAPA', `USER ${user}`, `PASS ${password}`, 'STAT', 'LIST', 'UIDL', 'QUIT']],
  [
    'sieve',
    ['.starttls', `.auth PLAIN ${user}`, 'LISTSCRIPTS', 'PUTSCRIPT "x" {}', 'keep;', '.', 'DELETESCRIPT "x"', 'LOGOUT'],
  ],
  [
    'lmtp',
    [
      'LHLO a.example',
      'MAIL FROM:<a@somewhere.example>',
      `RCPT TO:<${user}>`,
      'RCPT TO:<bob@example.test>',
      'DATA',
      ...message,
      'QUIT',
    ],
  ],
];

/** Types a session, saves it, and runs it repeatedly. Resolves to the output of `talk` on standard error. */
async function staysTrue(
  name: string,
  { url, ca }: { readonly url: string; readonly ca: string },
  lines: readonly string[],
): Promise<string> {
  const cwd = project({ 'mailspec.yaml': { servers: { [name]: { url, tls: { ca } } }, secrets: { password } } });
  const stdin = lines.map((line) => `${line}\n`).join('');
  const env = { MAILSPEC_PASSWORD: password };
  const talked = await dispatched(['talk', name, '--save', 'saved.yaml'], { cwd, env, stdin });
  assert.equal(talked.status, 0, talked.stdout + talked.stderr);
  const text = readFileSync(join(cwd, 'saved.yaml'), 'utf8');
  assert.ok(!text.includes(password) && !text.includes(base64(password)), text);
  for (let time = 0; time < 3; time++) {
    const ran = await dispatched(['run', 'saved.yaml'], { cwd });
    assert.equal(ran.status, 0, `${text}\n${ran.stdout}`);
  }
  return talked.stderr;
}

describeServers(['postfix', 'dovecot'], 'mailspec talk with Postfix and Dovecot', () => {
  let server: MailServer;
  before(async () => {
    server = await startMailServer();
  });
  after(() => server.stop());

  for (const [name, lines] of sessions) {
    it(`saves a session with ${name} that passes again and again`, async () => {
      await staysTrue(name, { url: server.urls[name], ca: server.ca }, lines);
    });
  }

  it('keeps a password with every awkward character out of the file', async () => {
    const { user: carol, password: secret } = accounts.carol;
    const quoted = `"${secret.replace(/["\\]/g, '\\$&')}"`;
    const typed: readonly (readonly [ServiceName, readonly string[]])[] = [
      ['pop3s', [`USER ${carol}`, `PASS ${secret}`, 'STAT', 'QUIT']],
      ['submissions', ['EHLO a.example', `AUTH PLAIN ${base64(`\0${carol}\0${secret}`)}`, 'QUIT']],
      ['imaps', [`a login ${carol} ${quoted}`, 'NOOP', 'LOGOUT']],
    ];
    for (const [name, lines] of typed) {
      const tls = { ca: server.ca };
      const cwd = project({
        'mailspec.yaml': { servers: { [name]: { url: server.urls[name], tls } }, secrets: { password: secret } },
      });
      const stdin = lines.map((line) => `${line}\n`).join('');
      const talked = await dispatched(['talk', name, '--save', 'saved.yaml'], { cwd, stdin });
      const text = readFileSync(join(cwd, 'saved.yaml'), 'utf8');
      for (const form of [secret, base64(secret), quoted.slice(1, -1), base64(`\0${carol}\0${secret}`)])
        assert.ok(!text.includes(form), text);
      const ran = await dispatched(['run', 'saved.yaml'], { cwd });
      assert.equal(ran.status, 0, `${text}\n${talked.stdout}\n${ran.stdout}`);
    }
  });
});

/** Sessions with other servers; those with `cutsOff` end TLS without close_notify. */
const others: readonly (readonly [kind: string, sessions: readonly ServiceName[], cutsOff: boolean])[] = [
  ['exim', ['mx', 'submission'], false],
  ['sendmail', ['mx', 'submission'], false],
  ['opensmtpd', ['mx'], false],
  ['courier', ['imaps', 'pop3s'], false],
  ['cyrus', ['imaps', 'pop3s', 'sieve'], true],
];

for (const [name, services, cutsOff] of others) {
  const kind = kinds.find((each) => each.name === name);
  assert.ok(kind);
  describeServers([kind.name], `mailspec talk with ${kind.title}`, () => {
    let server: Awaited<ReturnType<typeof kind.start>>;
    before(async () => {
      server = await kind.start({});
    });
    after(() => server.stop());

    for (const service of services) {
      const [, lines = []] = sessions.find(([each]) => each === service) ?? [];
      it(`saves a session with ${service} that passes again and again`, async () => {
        const shown = await staysTrue(service, { url: server.urls[service] ?? '', ca: server.ca }, lines);
        assert.equal(/^! tls\.end\.close-notify: /m.test(shown), cutsOff, shown);
      });
    }
  });
}
