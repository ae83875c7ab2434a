import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { onTerminal } from './consent.test.helper.ts';

describe('mailspec snapshot with a Maildir', () => {
  const { listen } = peers();
  const args = ['snapshot', '--out', 'baseline', '--grep', 'an ordinary message'];

  /** A project whose server delivers to a Maildir in it. */
  async function started(allow: Readonly<Record<string, unknown>> = {}) {
    let count = 0;
    const peer = await listen(
      smtpScript({
        message(_talk, message) {
          writeFileSync(join(cwd, 'Maildir', 'new', `${count++}.a.host`), message);
          return '250 2.0.0 Ok';
        },
      }),
    );
    const variables = { domain: 'example.test', recipient: 'bob@example.test', recipient_maildir: './Maildir' };
    const cwd = project({ 'mailspec.yaml': { servers: { mx: peer.url('smtp') }, variables, ...allow } });
    for (const name of ['new', 'cur', 'tmp']) mkdirSync(join(cwd, 'Maildir', name), { recursive: true });
    writeFileSync(join(cwd, 'Maildir', 'cur', '1.before:2,S'), 'Subject: mailspec m1-1a\n\nof an earlier snapshot\n');
    return { cwd, sent: () => count };
  }
  const left = (cwd: string) => ['new', 'cur'].flatMap((name) => readdirSync(join(cwd, 'Maildir', name)));

  it('records what arrives, and removes it from there', async () => {
    const { cwd, sent } = await started();
    const { status, stderr } = await dispatched([...args, '--yes'], { cwd });
    assert.equal(status, 0, stderr);
    assert.match(readFileSync(join(cwd, 'baseline', 'mx-delivery.yaml'), 'utf8'), /- maildir: \$\{recipient_maildir\}/);
    assert.ok(sent() >= 3, `${sent()} messages`);
    assert.deepEqual([left(cwd), /^note:/m.test(stderr)], [['1.before:2,S'], false], stderr);
  });

  it('says in its question from where it removes them', async () => {
    const { cwd, sent } = await started();
    const { questions } = await onTerminal(args, ['n'], { cwd });
    assert.deepEqual(
      [questions, sent()],
      [['Send test messages to the accounts? They are removed again from "Maildir".'], 0],
    );
  });
});
