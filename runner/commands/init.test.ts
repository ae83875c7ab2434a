import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { startEmbeddedServer } from '../demo-server/server.ts';
import { dispatch } from './dispatch.ts';

describe('mailspec init', () => {
  const user = 'alice@example.test';
  let server: Awaited<ReturnType<typeof startEmbeddedServer>>;
  before(async () => {
    server = await startEmbeddedServer({ accounts: [{ user, password: 'wonderland' }] });
  });
  after(() => server.stop());

  const init = (cwd: string, more: readonly string[] = []) => {
    const servers = ['--server', `mx=${server.addresses.mx}`, '--server', `imap=${server.addresses.imap}`];
    return dispatched(['init', 'example.test', ...servers, '--ca', server.ca, ...more], { cwd });
  };

  it('writes a configuration and a scenario that pass at once, and a job', async () => {
    const cwd = project({});
    const { status, stdout, stderr } = await init(cwd, ['--user', user, '--ci', 'github']);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^wrote mailspec\.yaml\nwrote scenarios\/first\.yaml\nwrote \.github\/workflows\/mail\.yml\n/);
    const configuration = readFileSync(join(cwd, 'mailspec.yaml'), 'utf8');
    assert.match(configuration, /^ {2}user: "alice@example\.test"$/m);
    assert.match(configuration, /^# {3}size_limit:/m);
    const ran = await dispatched(['run'], { cwd, env: { MAIL_PASSWORD: 'wonderland' } });
    assert.equal(ran.status, 0, ran.stdout + ran.stderr);
    assert.match(ran.stdout, /^1 passed, 0 failed$/m);
  });

  it('overwrites nothing', async () => {
    const cwd = project({ 'scenarios/first.yaml': 'mine' });
    const { status, stderr } = await init(cwd);
    assert.equal(status, 2);
    assert.match(stderr, /Cannot write "scenarios\/first\.yaml": the file exists/);
    assert.ok(!existsSync(join(cwd, 'mailspec.yaml')));
  });

  it('names the CI servers that it knows', async () => {
    const { status, stderr } = await init(project({}), ['--ci', 'gitlub']);
    assert.equal(status, 2);
    assert.match(stderr, /The CI servers are gitlab, github/);
  });

  describe('on a terminal', () => {
    /** Answers the questions in order, and returns those that were asked. */
    const asked = async (args: readonly string[], answers: readonly string[], cwd = project({})) => {
      const stdin = Object.assign(new PassThrough(), { isTTY: true });
      const stderr = Object.assign(new PassThrough(), { isTTY: true });
      const questions: string[] = [];
      stderr.on('data', (octets: Buffer) => {
        for (const [, question = ''] of octets.toString().matchAll(/((?:An?|The) [\w ",]+:) /g)) {
          stdin.write(`${answers[questions.length] ?? ''}\r`);
          questions.push(question);
        }
      });
      const servers = ['--server', `mx=${server.addresses.mx}`, '--server', `imap=${server.addresses.imap}`];
      const status = await dispatch(['init', ...args, ...servers, '--ca', server.ca], {
        ...{ cwd, stdin, stderr, env: {}, signal: new AbortController().signal },
        stdout: new PassThrough(),
      });
      return { status, questions, cwd };
    };
    const second = 'A second one, if there is one:';
    const job = 'A job for "gitlab" or "github", if you want one:';

    it('asks for what the arguments leave open', async () => {
      const { status, questions, cwd } = await asked(['example.test', '--user', user], ['bob@example.test', 'gitlab']);
      assert.deepEqual([status, questions], [0, [second, job]]);
      assert.match(readFileSync(join(cwd, 'mailspec.yaml'), 'utf8'), /^ {2}recipient: "bob@example\.test"$/m);
      assert.ok(existsSync(join(cwd, '.gitlab-ci.yml')));
      const unnamed = await asked([], ['example.test']);
      assert.deepEqual(unnamed.questions, [
        'The domain, if it has one:',
        'An account for tests, if there is one:',
        job,
      ]);
      assert.match(readFileSync(join(unnamed.cwd, 'mailspec.yaml'), 'utf8'), /^ {2}domain: "example\.test"$/m);
    });

    it('asks nothing with "--yes"', async () => {
      const { status, questions } = await asked(['example.test', '--yes'], []);
      assert.deepEqual([status, questions], [0, []]);
    });

    it('writes nothing after Ctrl-C', async () => {
      const { status, questions, cwd } = await asked(['example.test'], ['\x03']);
      assert.deepEqual([status, questions.length], [130, 1]);
      assert.ok(!existsSync(join(cwd, 'mailspec.yaml')));
    });
  });

  it('says what to give where there is nobody to ask', async () => {
    const { status, stderr } = await dispatched(['init'], { cwd: project({}) });
    assert.equal(status, 2);
    assert.match(stderr, /no domain or host is named/);
  });
});
