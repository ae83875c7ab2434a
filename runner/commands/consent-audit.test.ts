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
const env = { MAILSPEC_PASSWORD: password };

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
        const refused = expected.mail ? 'fail logins on purpose' : 'send mail';
        assert.match(shown, new RegExp(`^ {2}1 check: no permission to ${refused}; add "--yes"$`, 'm'));
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
});
