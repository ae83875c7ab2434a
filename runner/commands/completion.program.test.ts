import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { allCommands } from './dispatch.ts';

const run = promisify(execFile);
const completion = (...args: readonly string[]) => dispatched(['completion', ...args], { cwd: process.cwd() });
const isThere = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;

describe('mailspec completion', () => {
  /** The completions of bash for the last of these words. */
  async function offered(...words: readonly string[]): Promise<readonly string[]> {
    const { stdout: script } = await completion('bash');
    const line = words.map((word) => `'${word}'`).join(' ');
    const text = `${script}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _mailspec; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const cwd = project({ 'mailspec.yaml': {}, 'relay.yaml': {} });
    const { stdout } = await run('bash', ['--norc', '-c', text], { cwd });
    return stdout.split('\n').filter((each) => each !== '');
  }

  it('offers the commands first, and after help', async () => {
    const names = allCommands.map(({ name }) => name);
    assert.deepEqual(await offered('mailspec', ''), [...names, 'help']);
    assert.deepEqual(await offered('mailspec', 'va'), ['validate']);
    assert.deepEqual(await offered('mailspec', 'help', 'va'), ['validate']);
  });

  it("offers the options of the command, and another command's never", async () => {
    assert.deepEqual(await offered('mailspec', 'run', '--juni'), ['--junit', '--junit-dialect']);
    assert.deepEqual(await offered('mailspec', 'demo', '--juni'), ['--junit']);
    assert.deepEqual(await offered('mailspec', 'schema', '--juni'), []);
  });

  it('offers files where an option takes one and for scenario files, and nothing that it would have to guess', async () => {
    assert.deepEqual(await offered('mailspec', 'run', '--config', 'mail'), ['mailspec.yaml']);
    assert.deepEqual(await offered('mailspec', 'run', 'rel'), ['relay.yaml']);
    assert.deepEqual(await offered('mailspec', 'run', '--tags', 'rel'), []);
  });

  for (const shell of ['bash', 'zsh', 'fish']) {
    it(`prints what ${shell} can read, with every option`, async function () {
      const { stdout, status } = await completion(shell);
      assert.equal(status, 0);
      for (const { name, options } of allCommands)
        for (const each of [name, ...options.map((option) => option.name)]) assert.ok(stdout.includes(each), each);
      if (!isThere(shell)) return this.skip();
      const file = join(project({}), `mailspec.${shell}`);
      writeFileSync(file, stdout);
      assert.equal(spawnSync(shell, ['-n', file]).stderr.toString(), '');
    });
  }

  it('names the shells that it knows', async () => {
    assert.deepEqual(
      (await completion('zhs')).stderr,
      'error: Unknown shell "zhs"\n  = help: The shells are bash, zsh, fish\n',
    );
    assert.match((await completion()).stderr, /no shell is named\n.*The shells are bash, zsh, fish/);
    assert.match((await completion('csh', 'sh')).stderr, /Unexpected argument "sh"/);
  });
});
