import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { peers } from '../../fixtures/testing/peer.ts';

describe('mailspec run --follow-logs', () => {
  const { listen } = peers();
  const password = 'wonderland';

  it('shows what is said and what is logged, without secrets, one scenario at a time', async () => {
    const cwd = project({});
    const log = join(cwd, 'mail.log');
    writeFileSync(log, 'an old line\n');
    const peer = await listen(async (talk, number) => {
      talk.write('220 ready\r\n');
      await talk.line();
      appendFileSync(log, `connection ${number} with ${password}\n`);
      talk.write('250 2.0.0 Ok\r\n');
    });
    const dialogue = [{ expect: 220 }, { send: `NOOP ${password}`, expect: 250 }];
    const scenarios = [
      { name: 'first', dialogue },
      { name: 'second', dialogue },
    ];
    writeFileSync(
      join(cwd, 'mailspec.yaml'),
      JSON.stringify({ servers: { it: peer.url() }, logs: ['mail.log'], secrets: { password } }),
    );
    writeFileSync(join(cwd, 'a.yaml'), JSON.stringify({ suite: 'A', server: 'it', scenarios }));
    const { status, stdout, stderr } = await dispatched(['run', 'a.yaml', '--follow-logs'], { cwd });
    assert.equal(status, 0, stdout + stderr);
    const shown = stderr.split('\n').map((line) => line.replace(/^ *\+[\d.]+s /, ''));
    const dialogueLines = shown.filter((line) => /^[-SC] /.test(line));
    const said = ['S 220 ready', 'C NOOP «password»', 'S 250 2.0.0 Ok'];
    assert.deepEqual(dialogueLines, ['- first', ...said, '- second', ...said]);
    const logged = shown.filter((line) => line.startsWith('L '));
    assert.deepEqual(
      logged,
      [1, 2].map((number) => `L mail.log: connection ${number} with «password»`),
    );
    assert.ok(!stderr.includes(password));
    assert.equal(peer.most, 1);
  });

  it('needs a log', async () => {
    const cwd = project({
      'mailspec.yaml': { servers: { it: 'smtp://127.0.0.1:1' } },
      'a.yaml': { suite: 'A', server: 'it', scenarios: [{ name: 'x', dialogue: [{ expect: 220 }] }] },
    });
    const ended = await dispatched(['run', 'a.yaml', '--follow-logs'], { cwd });
    assert.equal(ended.status, 2);
    assert.match(ended.stderr, /Cannot follow logs/);
  });
});
