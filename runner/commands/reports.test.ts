import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';

const bad = [{ expect: 220 }, { send: 'NOOP', expect: 251 }];

describe('reports of mailspec run', () => {
  const { listen } = peers();
  const folder = async () =>
    project({
      'mailspec.yaml': { scenarios: ['scenarios/*.yaml'], servers: { it: (await listen(smtpScript())).url() } },
      'scenarios/a.yaml': { suite: 'A', server: 'it', scenarios: [{ name: 'fails', dialogue: bad }] },
    });

  it("annotates by itself on GitHub Actions, ahead of the run's last line, and writes the step's page", async () => {
    const cwd = await folder();
    const page = join(cwd, 'page.md');
    writeFileSync(page, '');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: join(cwd, '..'), GITHUB_STEP_SUMMARY: page };
    const { stdout, status } = await dispatched(['run', '--junit', 'junit.xml'], { cwd, env });
    assert.equal(status, 1);
    assert.match(stdout, /^::error file=[^,/]+\/scenarios\/a\.yaml,line=\d+,/m);
    assert.match(stdout, /\n0 passed, 1 failed\n$/);
    assert.match(readFileSync(page, 'utf8'), /^### ❌ mailspec: 1 failed/);
    assert.match(readFileSync(join(cwd, 'junit.xml'), 'utf8'), /<failure /);
  });

  it('annotates nothing elsewhere, and where reporters are named', async () => {
    const cwd = await folder();
    assert.doesNotMatch((await dispatched(['run'], { cwd, env: { GITHUB_ACTIONS: '' } })).stdout, /^::/m);
    assert.doesNotMatch(
      (await dispatched(['run', '--reporter', 'spec'], { cwd, env: { GITHUB_ACTIONS: 'true' } })).stdout,
      /^::/m,
    );
  });

  it('writes JUnit in the dialect asked for, and refuses one it does not know before the run', async () => {
    const cwd = await folder();
    await dispatched(['run', '--junit', 'junit.xml', '--junit-dialect', 'xunit10'], { cwd });
    assert.doesNotMatch(readFileSync(join(cwd, 'junit.xml'), 'utf8'), /<testcase[^>]* line=/);
    const { stderr, status } = await dispatched(['run', '--junit-dialect', 'xunit'], { cwd });
    assert.equal(status, 2);
    assert.match(stderr, /Unknown JUnit dialect "xunit"\n.*The dialects are common, xunit10/);
  });
});

describe('mailspec run --attachments', () => {
  const { listen } = peers();
  const folder = async () =>
    project({
      'mailspec.yaml': { scenarios: ['scenarios/*.yaml'], servers: { it: (await listen(smtpScript())).url() } },
      'scenarios/a.yaml': {
        suite: 'A',
        server: 'it',
        scenarios: [
          { name: 'fails/twice', dialogue: bad },
          { name: 'fails twice!', dialogue: bad },
          { name: 'passes', dialogue: [{ expect: 220 }] },
        ],
      },
    });
  const marks = (cwd: string) =>
    [...readFileSync(join(cwd, 'out', 'junit.xml'), 'utf8').matchAll(/\[\[ATTACHMENT\|(.*?)\]\]$/gm)].map(
      ([, path]) => path,
    );
  const args = ['run', '--junit', 'out/junit.xml', '--reporter', 'ctrf=ctrf.json', '--attachments', 'out/dialogues'];

  it('keeps the dialogue of what failed, where JUnit and CTRF say', async () => {
    const cwd = await folder();
    const { status } = await dispatched(args, { cwd });
    assert.equal(status, 1);
    const files = ['out/dialogues/a-fails-twice.txt', 'out/dialogues/a-fails-twice-2.txt'];
    assert.deepEqual(readdirSync(join(cwd, 'out', 'dialogues')).length, 2);
    assert.deepEqual(marks(cwd), files);
    const told = readFileSync(join(cwd, files[0] ?? ''), 'utf8');
    assert.match(told, /^FAIL scenarios\/a\.yaml › fails\/twice/);
    assert.match(told, /C NOOP␍␊/);
    assert.match(
      readFileSync(join(cwd, 'ctrf.json'), 'utf8'),
      /"attachments":\[\{"name":"dialogue","contentType":"text\/plain","path":"out\/dialogues\/a-fails-twice\.txt"\}\]/,
    );
  });

  it('writes them and says where when no report links them', async () => {
    const cwd = await folder();
    const { stderr } = await dispatched(['run', '--attachments', 'out/dialogues'], { cwd });
    assert.equal(readdirSync(join(cwd, 'out', 'dialogues')).length, 2);
    assert.match(stderr, /^2 dialogues written to "out\/dialogues"$/m);
    const passing = await dispatched(['run', '--attachments', 'none', '--grep', 'passes'], { cwd });
    assert.doesNotMatch(passing.stderr, /written/);
  });

  it("names them from GitLab's project folder, and by absolute paths for Jenkins", async () => {
    const cwd = await folder();
    await dispatched(args, { cwd, env: { CI_PROJECT_DIR: dirname(cwd) } });
    assert.equal(marks(cwd)[0], `${basename(cwd)}/out/dialogues/a-fails-twice.txt`);
    await dispatched(args, { cwd, env: { JENKINS_URL: 'https://ci.example/' } });
    assert.equal(marks(cwd)[0], join(cwd, 'out', 'dialogues', 'a-fails-twice.txt'));
  });
});

describe('mailspec validate --code-quality', () => {
  const files = { 'mailspec.yaml': { scenarios: ['*.scenario.yaml'], servers: { it: 'smtp://127.0.0.1' } } };
  const broken =
    'suite: B\nserver: it\nscenarios:\n  - name: one\n    dialogue:\n      - send: NOOP\n        expct: 250\n';
  interface Entry {
    readonly check_name: string;
    readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
  }
  const read = (text: string) =>
    (JSON.parse(text) as readonly Entry[]).map(
      ({ check_name, location }) => `${check_name} ${location.path}:${location.lines.begin}`,
    );

  it('writes the mistakes where GitLab shows them, and still says them', async () => {
    const cwd = project({ ...files, 'b.scenario.yaml': broken });
    const { stderr, status } = await dispatched(['validate', '--code-quality', 'out/q.json'], {
      cwd,
      env: { CI_PROJECT_DIR: join(cwd, '..') },
    });
    assert.equal(status, 2);
    assert.match(stderr, /Unknown key "expct"/);
    const [entry = ''] = read(readFileSync(join(cwd, 'out/q.json'), 'utf8'));
    assert.match(entry, /^key\.unknown [^/]+\/b\.scenario\.yaml:7$/);
  });

  it('writes an empty list where there is none, to standard output alone with "-"', async () => {
    const cwd = project({ ...files, 'b.scenario.yaml': broken.replace('expct', 'expect') });
    const { stdout, status } = await dispatched(['validate', '--code-quality', '-'], { cwd });
    assert.equal(status, 0);
    assert.deepEqual(read(stdout), []);
  });

  it('writes a report of a configuration that cannot be used, too', async () => {
    const cwd = project({ 'mailspec.yaml': 'servrs: {}\n' });
    const { stdout, status } = await dispatched(['validate', '--code-quality', '-'], { cwd });
    assert.equal(status, 2);
    assert.deepEqual(read(stdout), ['key.unknown mailspec.yaml:1']);
  });
});
