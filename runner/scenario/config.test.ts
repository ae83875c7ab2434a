import assert from 'node:assert/strict';
import { loadConfig, readConfig } from './plan.ts';
import { plainAt } from './tree.ts';

const read = (
  text: string,
  options: { readonly profile?: string; readonly env?: Readonly<Record<string, string>> } = {},
) => readConfig({ path: 'mailspec.yaml', text }, '/project', { profile: options.profile, env: options.env ?? {} });

const example = `scenarios: [scenarios/**/*.yaml]
servers:
  mx: smtp://mail.example.com:25
  submission: { url: "smtp://mail.example.com:587", tls: { ca: ./ca.pem } }
variables: { domain: example.com }
secrets: { password: "\${env.MAIL_PASSWORD}" }
logs: [/var/log/mail.log, "./run/\${domain}.log"]
known_issues:
  - { scenario: "security/smuggling#*", reason: "waits for Postfix 3.9", until: 2027-03-01 }
services:
  - name: postfix
    start: [./start.sh, "\${domain}"]
    ready: /listening on (?P<port>[0-9]+)/
    env: { NAME: "\${env.USER}", N: 7 }
    timeout: 1m
  - { name: other, start: ./other.sh, ready: "smtp://127.0.0.1:2525", stop: ./stop.sh }
allow: { commands: true, files: [../shared] }
profiles:
  staging: { servers: { mx: "smtp://staging.example.com" }, variables: { domain: staging.example }, timeout: 20s }
timeout: 10s
parallel: 4
retries: 1
`;

describe('readConfig()', () => {
  it('readConfig() reads every key when all are there', () => {
    const { config, diagnostics } = read(example, { env: { USER: 'me' } });
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      [config.folder, config.scenarios, config.timeout, config.parallel, config.retries],
      ['/project', ['scenarios/**/*.yaml'], 10_000, 4, 1],
    );
    assert.deepEqual(config.logs, ['/var/log/mail.log', '/project/run/example.com.log']);
    assert.deepEqual(config.allow, { commands: true, files: ['/shared'], sockets: [], environment: [] });
    assert.deepEqual([...config.secretNames], ['password']);
    assert.deepEqual([...config.servers.keys()], ['mx', 'submission']);
    assert.deepEqual(
      config.knownIssues.map(({ scenario, issue }) => [scenario, issue]),
      [['security/smuggling#*', { reason: 'waits for Postfix 3.9', until: '2027-03-01' }]],
    );
    const [postfix, other] = config.services;
    assert.deepEqual(
      [postfix?.start, postfix?.provides, postfix?.env, postfix?.timeout],
      [['./start.sh', 'example.com'], ['port'], { NAME: 'me', N: '7' }, 60_000],
    );
    assert.deepEqual(
      [other?.start, other?.ready, other?.stop, other?.timeout],
      [['./other.sh'], { by: 'url', url: 'smtp://127.0.0.1:2525' }, ['./stop.sh'], 30_000],
    );
  });

  it('readConfig() lays a profile over it when one is named', () => {
    const { config } = read(example, { profile: 'staging', env: { USER: 'me' } });
    const mx = config.servers.get('mx');
    assert.equal(mx?.kind === 'scalar' ? mx.text : '', 'smtp://staging.example.com');
    assert.equal(plainAt(config.servers.get('submission'), 'url'), 'smtp://mail.example.com:587');
    assert.deepEqual(
      [config.timeout, config.parallel, config.logs[1]],
      [20_000, 4, '/project/run/staging.example.log'],
    );
  });

  it('readConfig() names the nearest profile when it is unknown', () => {
    const [mistake] = read(example, { profile: 'stagging', env: { USER: 'me' } }).diagnostics;
    assert.deepEqual([mistake?.code, mistake?.hint], ['profile.unknown', 'Did you mean "staging"?']);
    assert.equal(read('', { profile: 'x' }).diagnostics[0]?.code, 'profile.unknown');
  });

  it('readConfig() takes an empty file when there is nothing to say', () => {
    for (const text of ['', '# later\n', '---\n']) assert.deepEqual(read(text).diagnostics, []);
  });

  it('readConfig() tells that a service has no value when the environment lacks it', () => {
    const [mistake] = read(example).diagnostics;
    assert.deepEqual(
      [mistake?.code, mistake?.message],
      ['environment.unset', 'The environment variable "USER" is not set'],
    );
  });
});

describe('loadConfig()', () => {
  const disk = (files: Readonly<Record<string, string>>) => async (path: string) => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return text;
  };

  it('loadConfig() finds the file when it lies above', async () => {
    const { config, diagnostics } = await loadConfig({
      cwd: '/a/b/c',
      env: {},
      readFile: disk({ '/a/mailspec.yaml': 'parallel: 2' }),
    });
    assert.deepEqual(
      [config.folder, config.parallel, config.file?.path, diagnostics],
      ['/a', 2, '/a/mailspec.yaml', []],
    );
  });

  it("loadConfig() shows the file's path from here when it lies below", async () => {
    const { config } = await loadConfig({
      cwd: '/a',
      file: 'b/other.yaml',
      env: {},
      readFile: disk({ '/a/b/other.yaml': '' }),
    });
    assert.deepEqual([config.folder, config.file?.path], ['/a/b', 'b/other.yaml']);
  });

  it('loadConfig() goes on without when there is none', async () => {
    const { config, diagnostics } = await loadConfig({ cwd: '/a', env: {}, readFile: disk({}) });
    assert.deepEqual([config.folder, config.file, diagnostics], ['/a', undefined, []]);
  });

  it('loadConfig() says so when the file that is asked for cannot be read', async () => {
    const { diagnostics } = await loadConfig({ cwd: '/a', file: 'no.yaml', env: {}, readFile: disk({}) });
    assert.deepEqual(
      diagnostics.map(({ code, message }) => [code, message]),
      [['file.unreadable', 'Cannot read the configuration "no.yaml": no such file']],
    );
  });

  it('loadConfig() does not search on when the nearest file cannot be read', async () => {
    const readFile = async () => {
      throw Object.assign(new Error('denied'), { code: 'EACCES' });
    };
    const { diagnostics } = await loadConfig({ cwd: '/a/b', env: {}, readFile });
    assert.deepEqual(
      diagnostics.map(({ message }) => message),
      ['Cannot read the configuration "/a/b/mailspec.yaml": no permission'],
    );
  });
});
