import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { project, type Watched } from '../../fixtures/testing/command.ts';
import { begin, dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';

const steps = (code: number): readonly object[] => [{ expect: 220 }, { send: 'NOOP', expect: code }];
const suite = (name: string, dialogue: readonly object[]): string =>
  JSON.stringify({ suite: 'A', server: 'it', scenarios: [{ name, dialogue }] });

describe('mailspec run --watch', () => {
  const { listen } = peers();
  const running: Watched[] = [];
  afterEach(() => {
    for (const { interrupt } of running.splice(0)) interrupt();
  });

  const watched = async (files: Readonly<Record<string, unknown>> = {}, args: readonly string[] = []) => {
    const peer = await listen(smtpScript({ VRFY: '' }));
    const config = { scenarios: ['scenarios/*.yaml'], servers: { it: peer.url() } };
    const cwd = project({ 'mailspec.yaml': config, 'scenarios/a.yaml': suite('first', steps(250)), ...files });
    const started = begin(['run', '--watch', ...args], { cwd });
    running.push(started);
    /** Resolves when it has run this many times and is waiting again. */
    const waits = (times: number) => started.shows(new RegExp(`(?:waiting for a change[\\s\\S]*){${times}}`));
    await waits(1);
    return {
      ...started,
      peer,
      cwd,
      config,
      waits,
      write: (name: string, text: string) => writeFileSync(join(cwd, name), text),
    };
  };

  it('runs again when a scenario file changes, and ends with the last status', async () => {
    const { write, waits, shows, interrupt, ended } = await watched();
    await shows(/first[\s\S]*1 passed/);
    write('scenarios/a.yaml', suite('second', steps(251)));
    await waits(2);
    interrupt();
    const { status, stdout, stderr } = await ended;
    assert.match(stdout, /second[\s\S]*0 passed, 1 failed|second[\s\S]*1 failed/);
    assert.match(stderr, /scenarios\/a\.yaml has changed/);
    assert.equal(status, 1, stdout + stderr);
  });

  it('goes on when a file has mistakes, and when an editor puts a new one in its place', async () => {
    const { write, waits, shows, interrupt, ended, cwd } = await watched();
    write('scenarios/a.yaml', suite('second', [{ expct: 220 }]));
    await shows(/Did you mean "expect"\?/);
    await waits(2);
    write('a.new', suite('third', steps(250)));
    renameSync(join(cwd, 'a.new'), join(cwd, 'scenarios/a.yaml'));
    await shows(/third/);
    await waits(3);
    interrupt();
    assert.equal((await ended).status, 0);
  });

  it('runs again when the configuration, a file that a scenario reads, or the list of files changes', async () => {
    const dialogue = [{ use: './steps/common.yaml#hello' }];
    const common = (code: number): string => JSON.stringify({ suite: 'Common', fragments: { hello: steps(code) } });
    const { write, waits, interrupt, ended, config, cwd } = await watched({
      'scenarios/a.yaml': suite('first', dialogue),
      'scenarios/steps/common.yaml': common(250),
    });
    write('scenarios/steps/common.yaml', common(251));
    await waits(2);
    write('mailspec.yaml', JSON.stringify({ ...config, timeout: '9s' }));
    await waits(3);
    write('scenarios/b.yaml', suite('newcomer', steps(250)));
    await waits(4);
    rmSync(join(cwd, 'scenarios/a.yaml'));
    await waits(5);
    interrupt();
    const { status, stdout, stderr } = await ended;
    assert.equal(status, 0, stdout + stderr);
    for (const name of ['scenarios/steps/common.yaml', 'mailspec.yaml', 'scenarios/b.yaml', 'scenarios/a.yaml']) {
      assert.ok(stderr.includes(`${name} has changed`), stderr);
    }
    assert.match(stdout, /newcomer/);
  });

  it('sends a message as its file is by then', async () => {
    const dialogue = [
      { expect: 220 },
      { send: 'DATA', expect: 354 },
      { message: { file: 'message.eml' }, expect: 250 },
    ];
    const { peer, write, waits, interrupt, ended } = await watched({
      'scenarios/a.yaml': suite('first', dialogue),
      'scenarios/message.eml': 'Subject: first\n\n',
    });
    write('scenarios/message.eml', 'Subject: second\n\n');
    await waits(2);
    interrupt();
    const { status, stdout, stderr } = await ended;
    assert.equal(status, 0, stdout + stderr);
    const [first, second] = peer.talks;
    assert.match(first?.received ?? '', /Subject: first/);
    assert.match(second?.received ?? '', /Subject: second/);
  });

  it('does not take its own reports for a change', async () => {
    const reports = ['--junit', 'scenarios/junit.xml', '--reporter', 'json=results.jsonl'];
    const { write, waits, interrupt, ended } = await watched({}, reports);
    write('scenarios/a.yaml', suite('second', steps(250)));
    await waits(2);
    interrupt();
    const { stderr } = await ended;
    assert.equal(stderr.split('has changed').length, 2, stderr);
  });

  it('exits with 130 when it is interrupted while a scenario runs', async () => {
    let connected = (): void => {};
    const reached = new Promise<void>((resolve) => {
      connected = resolve;
    });
    const silent = await listen(() => connected());
    const cwd = project({
      'mailspec.yaml': { scenarios: ['a.yaml'], servers: { it: silent.url() } },
      'a.yaml': suite('hangs', steps(250)),
    });
    const started = begin(['run', '--watch'], { cwd });
    running.push(started);
    await reached;
    started.interrupt();
    assert.equal((await started.ended).status, 130);
  });

  it('exits with 2 at once for arguments that no change of a file can mend', async () => {
    assert.equal((await dispatched(['run', '--watch', 'nowhere.yaml'], { cwd: project({}) })).status, 2);
  });
});
