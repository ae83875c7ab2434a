import assert from 'node:assert/strict';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { peers } from '../../fixtures/testing/peer.ts';
import { noticing, onTerminal, password, user, withoutTerminal } from './consent.test.helper.ts';

/** A check that sends a message, and one that fails a login. */
const checks = [
  'smtp-core/session#a-second-message-is-accepted-in-the-same-session',
  'imap-core/login#imap-login-before-tls-is-refused',
];
const sends = `Send test messages to ${user}?`;
const fails = 'Fail a dozen logins on purpose? A server that locks clients out will lock this address out.';
const send = '1 check: no permission to send mail';
const fail = '1 check: no permission to fail logins on purpose';
const env = { MAILSPEC_PASSWORD: password };

/** The lines under "Not checked". */
function left(shown: string): readonly string[] {
  const [, lines = ''] = /^Not checked:\r?\n((?: {2}.*\n)+)/m.exec(shown) ?? [];
  return lines
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

describe('mailspec audit', () => {
  const { listen } = peers();

  async function audited(more: readonly string[] = []) {
    const { servers, noticed } = await noticing(listen);
    const args = [
      ...['audit', 'example.test', '--user', user, '--timeout', '2s', ...more],
      ...Object.entries(servers).flatMap(([name, url]) => ['--server', `${name}=${url}`]),
      ...checks.flatMap((each) => ['--only', each]),
    ];
    return { args, noticed };
  }

  describe('on a terminal', () => {
    for (const [answers, expected, permitted] of [
      [['y', 'n'], { mail: true, failedLogins: false }, 'mail'],
      [['', 'yes'], { mail: false, failedLogins: true }, 'failed logins'],
    ] as const)
      it(`asks before it sends mail and before it fails logins, and does only what is permitted: ${permitted}`, async () => {
        const { args, noticed } = await audited();
        const { questions, shown } = await onTerminal(args, answers, { cwd: project({}), env });
        assert.deepEqual(questions, [sends, fails]);
        assert.deepEqual(noticed(), expected, shown);
        const refused = expected.mail ? fail : send;
        assert.deepEqual(left(shown), [`${refused}: you did not answer yes; answer yes, or add "--yes"`]);
      });

    it('advises to leave the option out, and to answer yes', async () => {
      const { args } = await audited(['--no-mail']);
      const { shown } = await onTerminal(args, ['y'], { cwd: project({}), env });
      assert.deepEqual(left(shown), [`${send}: you gave "--no-mail"; leave it out, and answer yes`]);
    });

    it('asks for the password without showing it, and not for what the arguments refuse', async () => {
      const { args, noticed } = await audited(['--no-mail', '--no-failed-logins']);
      const { questions, shown } = await onTerminal(args, [password], { cwd: project({}) });
      assert.deepEqual(questions, [`Password of ${user}`]);
      assert.ok(!shown.includes(password), shown);
      assert.deepEqual(noticed(), { mail: false, failedLogins: false }, shown);
    });
  });

  for (const [options, expected, title] of withoutTerminal)
    it(title, async () => {
      const { args, noticed } = await audited(options);
      const { stdout, stderr } = await dispatched(args, { cwd: project({}), env });
      assert.deepEqual(noticed(), expected, stdout + stderr);
    });

  for (const [title, options, reasons] of [
    [
      'says that nobody could be asked',
      [],
      [send, fail].map((each) => `${each}: without a terminal, mailspec cannot ask; add "--yes"`),
    ],
    [
      'advises to leave options out, and to permit what they are about',
      ['--no-mail', '--no-failed-logins'],
      [
        `${send}: you gave "--no-mail"; leave it out, and add "--yes"`,
        `${fail}: you gave "--no-failed-logins"; leave it out, and add "--yes"`,
      ],
    ],
    [
      'advises only to leave the option out where "--yes" permits the rest',
      ['--yes', '--no-failed-logins'],
      [`${fail}: you gave "--no-failed-logins"; leave it out`],
    ],
  ] as const)
    it(title, async () => {
      const { args } = await audited(options);
      const { stderr } = await dispatched(args, { cwd: project({}), env });
      assert.deepEqual(left(stderr), reasons);
    });
});
