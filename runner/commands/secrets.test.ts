import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { dispatch } from './dispatch.ts';

const secret = `Hunter2 it's "<&>`;
const suite = (rest: string) => `suite: Secrets\nserver: mx\nscenarios:\n  - name: a\n${rest}`;

describe('secrets on the command line and in files', () => {
  let cwd: string;
  const put = (name: string, text: string) => writeFileSync(join(cwd, name), text);
  const run = (...args: readonly string[]) => dispatched(args, { cwd, env: { PW: secret } });
  const everywhere = [['validate'], ['list'], ['list', '--json'], ['run', '--dry-run'], ['run'], ['docs']];
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'mailspec-secrets-'));
    put(
      'mailspec.yaml',
      'scenarios: [a.yaml]\nservers: { mx: "smtp://127.0.0.1:1" }\nsecrets: { password: "${env.PW}" }\n',
    );
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  const misplaced = [
    'timeout: "${password}"\n    dialogue: [{ expect: 220 }]',
    'tags: ["${password}"]\n    dialogue: [{ expect: 220 }]',
    'requires: ["${password}"]\n    dialogue: [{ expect: 220 }]',
    'exclusive: ["${password}"]\n    dialogue: [{ expect: 220 }]',
    'shared: ["${password}"]\n    dialogue: [{ expect: 220 }]',
    'server: "${password}"\n    dialogue: [{ expect: 220 }]',
    'server: "smtp://${password}"\n    dialogue: [{ expect: 220 }]',
    'server: { url: "smtp://a", tls: { ca: "${password}" } }\n    dialogue: [{ expect: 220 }]',
    'retries: "${password}"\n    dialogue: [{ expect: 220 }]',
    'dialogue: [{ expect: 220, timeout: "${password}" }]',
    'dialogue: [{ expect: 220 }, { message: { file: "${password}" } }]',
    'dialogue: [{ expect: 220 }, { log: { file: "${password}" }, expect: x }]',
    'dialogue: [{ expect: 220 }, { dns: { name: a.example, type: A, resolver: "${password}" }, expect: NOERROR }]',
    'dialogue: [{ expect: 220 }, { wait: "${password|base64}" }]',
    'variables: { inner: "${password}" }\n    dialogue: [{ expect: 220 }, { wait: "${inner}" }]',
  ];
  for (const rest of misplaced) {
    it(`is an error that names the variable and not its value: ${rest.split('\n').join(' ')}`, async () => {
      put('a.yaml', suite(`    ${rest}\n`));
      for (const args of everywhere) {
        const { status, stdout, stderr } = await run(...args);
        // Documentation may leave the variable as a name, and then shows no value.
        if (args[0] !== 'docs' || status !== 0) {
          assert.equal(status, 2, args.join(' '));
          assert.match(stderr, /error\[secret\.misplaced\]: The secret "password" cannot be used here/);
        }
        for (const form of [secret, Buffer.from(secret).toString('base64')])
          assert.ok(!`${stdout}${stderr}`.includes(form), args.join(' '));
      }
    });
  }

  it('may be sent and compared', async () => {
    put(
      'a.yaml',
      suite(
        '    dialogue:\n      - expect: [220, { text: { contains: "${password}" } }]\n      - send: PASS ${password}\n        expect: "250 ${password}"\n      - http: "http://127.0.0.1:1/?q=${password|urlencode}"\n        expect: 200\n',
      ),
    );
    const { status, stdout } = await run('validate');
    assert.equal(status, 0, stdout);
  });

  it('hides literals of a configuration that cannot be read, wherever they stand', async () => {
    put('a.yaml', suite('    dialogue: [{ expect: 220 }]\n'));
    const broken = [
      'secrets:\n  password: hunter2-literal\n bad indent: x\n',
      'secrets:\n  password: "hunter2-literal\n',
      'secrets: { password: hunter2-literal, x: [ }\n',
      'secrets:\n  password:\n    - hunter2-literal\n',
      'secrets: hunter2-literal\n',
      'secrets: { hunter2-literal }\n',
      'secret: { password: hunter2-literal }\n',
      'variables:\n  smtp_password: hunter2-literal\n',
      '{ servers: {}, secrets: { password: hunter2-literal }, bogus: 1 }\n',
      'profiles:\n  ci:\n    secrets:\n      password: >-\n        hunter2-literal\n      x: [\n',
      'secrets:\n  password: hunter2-literal\n  password: hunter2-literal\n',
      'secrets:\n\tpassword: hunter2-literal\n',
      'servers:\n  mx: { url: "smtp://a", password: hunter2-literal }\n',
      'servers: { mx: { url: "smtp://a", tls: { "key_password": hunter2-literal } } }\n',
      'bogus: 1\nvariables: { pwd: hunter2-literal, a: [ }\n',
    ];
    for (const text of broken) {
      put('mailspec.yaml', text);
      const { stdout, stderr } = await run('validate', 'a.yaml');
      assert.notEqual(stderr, '', text);
      assert.ok(!`${stdout}${stderr}`.includes('hunter2'), `${text}${stderr}`);
    }
  });

  it('hides a secret in arguments that cannot be used', async () => {
    put('a.yaml', suite('    dialogue: [{ expect: 220 }]\n'));
    for (const args of [
      ['--timeout', secret],
      ['--parallel', secret],
      ['--tags', `(${secret}`],
      ['--grep', secret],
      ['--profile', secret],
      ['--shard', secret],
      ['--reporter', secret],
      ['--server', secret],
      [secret],
      [`x#${secret}`],
    ]) {
      const { status, stdout, stderr } = await run('run', ...args);
      assert.equal(status, 2, args.join(' '));
      assert.ok(!`${stdout}${stderr}`.includes(secret), stderr);
    }
  });

  it('--secret reads a file or an environment variable, and hides what it read', async () => {
    put('mailspec.yaml', 'scenarios: [a.yaml]\nservers: { mx: "smtp://127.0.0.1:1" }\n');
    put(
      'a.yaml',
      suite(`    description: "Hunter2 it's \\"<&>"\n    dialogue: [{ expect: 220 }, { send: "\${password}" }]\n`),
    );
    put('pw', `${secret}\n`);
    for (const from of ['env:PW', 'file:pw']) {
      const { status, stdout, stderr } = await run('run', '--secret', `password=${from}`, '--reporter', 'json=r.json');
      assert.equal(status, 3, stderr);
      assert.ok(!`${stdout}${stderr}${readFileSync(join(cwd, 'r.json'), 'utf8')}`.includes('Hunter2'), stdout);
      assert.match(stdout, new RegExp(`--secret password=${from}`));
    }
  });

  it('--secret quotes nothing that stands in the place of a source', async () => {
    put('a.yaml', suite('    dialogue: [{ expect: 220 }]\n'));
    const { status, stderr } = await run('run', '--secret', 'password=hunter2-literal');
    assert.equal(status, 2);
    assert.match(stderr, /Cannot use the value given for "--secret password"/);
    assert.ok(!stderr.includes('hunter2'));
    const unasked = await run('run', '--secret', 'password');
    assert.match(unasked.stderr, /Cannot ask for the secret "password": standard input is not a terminal/);
    const unset = await run('run', '--secret', 'password=env:NOWHERE');
    assert.match(unset.stderr, /the environment variable "NOWHERE" is not set/);
  });

  it('--secret asks for it without an echo', async () => {
    put('a.yaml', suite('    dialogue: [{ expect: 220 }, { send: "${pin}" }]\n'));
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    let shown = '';
    const stream = () => new PassThrough().on('data', (octets: Buffer) => (shown += octets.toString()));
    stdin.write('typed-secret\n');
    const status = await dispatch(['run', '--dry-run', '--secret', 'pin', '--tags', 'typed-secret'], {
      cwd,
      env: { PW: secret },
      stdin,
      stdout: stream(),
      stderr: stream(),
      signal: new AbortController().signal,
    });
    assert.equal(status, 2);
    assert.match(shown, /^pin: \n/);
    assert.match(shown, /«pin»/);
    assert.ok(!shown.includes('typed-secret'), shown);
  });

  it('hides what a service prints, and a secret that a service gives', async () => {
    put('a.yaml', suite('    dialogue: [{ expect: 220 }, { send: "${password}" }]\n'));
    const config = (ready: string) =>
      `scenarios: [a.yaml]\nservers: { mx: "smtp://127.0.0.1:1" }\nsecrets: { password: "\${env.PW}", token: "\${given}" }\nservices:\n  - name: s\n    start: [sh, -c, 'printf "%s\\n" "$PW" "given:from-a-service"; exit "$1"', sh, "${ready === '/never/' ? 3 : 0}"]\n    env: { PW: "\${password}" }\n    ready: '${ready}'\n`;
    put('mailspec.yaml', config('/never/'));
    const failed = await run('run');
    assert.equal(failed.status, 3, failed.stderr);
    assert.match(failed.stderr, /\| «password»/);
    assert.ok(!failed.stderr.includes(secret));
    put('mailspec.yaml', config('/given:(?P<given>.*)/'));
    const played = await run('run', '--var', 'other=from-a-service');
    assert.equal(played.status, 3, played.stderr);
    assert.match(played.stdout, /--var other=«token»|«token»/);
    assert.ok(!`${played.stdout}`.includes('from-a-service'), played.stdout);
  });

  it('--var warns of a name that looks like a secret', async () => {
    put('a.yaml', suite('    dialogue: [{ expect: 220 }]\n'));
    const { stderr } = await run(
      'validate',
      '--var',
      'password=x1234',
      '--var',
      'passwords_hidden=yes',
      '--var',
      'domain=a',
    );
    assert.match(stderr, /warning: The value of "--var password=…" can be seen in the process list/);
    assert.ok(!stderr.includes('--var domain'));
  });
});
