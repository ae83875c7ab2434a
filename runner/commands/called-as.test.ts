import assert from 'node:assert/strict';
import { calledAs } from './called-as.ts';

const called = (program: string | undefined, env: Readonly<Record<string, string>> = {}) =>
  calledAs({ cwd: '/home/alice/mail', env: { PATH: '/usr/local/bin:/usr/bin', ...env }, ...(program && { program }) });

describe('calledAs()', () => {
  it('names npx where npx or a script of package.json started it', () => {
    const program = '/home/alice/mail/node_modules/.bin/mailspec';
    const path = '/home/alice/mail/node_modules/.bin:/usr/bin';
    for (const command of ['exec', 'run-script', 'test'])
      assert.equal(called(program, { PATH: path, npm_command: command }), 'npx mailspec');
  });

  it('names the program where the PATH has it', () => {
    assert.equal(called('/usr/local/bin/mailspec'), 'mailspec');
    assert.equal(called(undefined), 'mailspec');
  });

  it('names the path where the PATH lacks it', () => {
    assert.equal(called('/home/alice/mail/node_modules/.bin/mailspec'), 'node_modules/.bin/mailspec');
    assert.equal(called('/home/alice/mail/mailspec'), './mailspec');
    assert.equal(called('/opt/mail spec/bin/mailspec'), "'/opt/mail spec/bin/mailspec'");
    assert.equal(called('/home/alice/mail/dist/mailspec.cjs'), 'node dist/mailspec.cjs');
  });
});
