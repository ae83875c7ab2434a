import assert from 'node:assert/strict';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { peers } from '../../fixtures/testing/peer.ts';
import { noticing, onTerminal, password, user, withoutTerminal } from './consent.test.helper.ts';

const sends = 'Send test messages to the accounts? They are removed again.';
const fails = 'Fail some logins on purpose? A server that locks clients out will lock this address out.';

describe('mailspec snapshot', () => {
  const { listen } = peers();

  async function started() {
    const { servers, noticed } = await noticing(listen);
    const configuration = { servers, variables: { user, domain: 'example.test' }, secrets: { password } };
    // In the names of a scenario that sends a message, of one that fails a login, and of few others.
    return { args: ['snapshot', '--grep', ' with a '], cwd: project({ 'mailspec.yaml': configuration }), noticed };
  }

  for (const [answers, expected, permitted] of [
    [['y', 'n'], { mail: true, failedLogins: false }, 'mail'],
    [['', 'yes'], { mail: false, failedLogins: true }, 'failed logins'],
  ] as const)
    it(`asks before it sends mail and before it fails logins, and does only what is permitted: ${permitted}`, async () => {
      const { args, cwd, noticed } = await started();
      const { questions, shown } = await onTerminal(args, answers, { cwd });
      assert.deepEqual(questions, [sends, fails]);
      assert.deepEqual(noticed(), expected, shown);
    });

  for (const [options, expected, title] of withoutTerminal)
    it(title, async () => {
      const { args, cwd, noticed } = await started();
      const { stderr } = await dispatched([...args, ...options], { cwd });
      assert.deepEqual(noticed(), expected, stderr);
    });
});
