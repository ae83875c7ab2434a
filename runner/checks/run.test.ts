import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { limits } from './limits.ts';
import { checkRun, type RunInput } from './run.ts';
import { contextFor, noteText, rejects, temporary, until } from './testing.test.helper.ts';

const node = (script: string, more: Partial<RunInput> = {}): RunInput => ({
  command: [process.execPath, '-e', script],
  cwd: '/',
  env: {},
  ...more,
});

/** Whether a process exists and is not a zombie. */
function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

describe('checkRun()', () => {
  it('tells exit status and output, and takes input', async () => {
    const { evidence, transcript, text } = await checkRun(
      {
        command: ['sh', '-c', 'cat; echo "to stderr: $1" >&2; exit 3', 'sh', "it's"],
        stdin: 'hello\n',
        cwd: '/',
        env: {},
      },
      contextFor(),
    );
    assert.deepEqual(evidence, { exit: 3, stdout: 'hello', stderr: "to stderr: it's" });
    assert.deepEqual(transcript, [
      `$ sh -c 'cat; echo "to stderr: $1" >&2; exit 3' sh 'it'\\''s'`,
      'stdout: hello',
      "stderr: to stderr: it's",
      'exit status 3',
    ]);
    assert.equal(text, 'hello');
  });

  it('leaves out the line breaks at the end alone', async () => {
    const stdin = '\na\n\n b \r\n\n';
    const { evidence } = await checkRun({ command: ['cat'], stdin, cwd: '/', env: {} }, contextFor());
    assert.deepEqual(evidence, { exit: 0, stdout: '\na\n\n b ', stderr: '' });
  });

  it('gives no shell a word to read, and of our environment only what programs need', async () => {
    process.env['CHECKS_TEST_SECRET'] = 'hidden';
    try {
      const { evidence } = await checkRun({ command: ['env'], cwd: '/', env: { GIVEN: '$(id)' } }, contextFor());
      assert.match(String(evidence['stdout']), /^GIVEN=\$\(id\)$/m);
      assert.match(String(evidence['stdout']), /^PATH=/m);
      assert.doesNotMatch(String(evidence['stdout']), /CHECKS_TEST_SECRET/);
    } finally {
      delete process.env['CHECKS_TEST_SECRET'];
    }
  });

  it('kills a hanging command with what it started, and shows what it said', async () => {
    const folder = temporary();
    const pids = folder.path('pids');
    // Both ignore SIGTERM.
    const script = `trap '' TERM; (trap '' TERM; sleep 1000) & echo $$ $! > ${pids}; echo started; wait`;
    try {
      const error = await rejects(
        checkRun({ command: ['sh', '-c', script], cwd: '/', env: {} }, contextFor({ ms: 2000 })),
        'reply.timeout',
        /the command "sh" did not end in time, and was killed/,
      );
      assert.ok(error.transcript.includes('stdout: started'));
      assert.ok(existsSync(pids));
      await until(() =>
        readFileSync(pids, 'utf8')
          .trim()
          .split(' ')
          .every((pid) => !runs(Number(pid))),
      );
    } finally {
      folder.remove();
    }
  });

  it('leaves a daemon alone that the command started', async () => {
    const { evidence } = await checkRun(
      { command: ['sh', '-c', 'sleep 20 & echo $!'], cwd: '/', env: {} },
      contextFor(),
    );
    const pid = Number(evidence['stdout']);
    assert.equal(evidence['exit'], 0);
    assert.ok(runs(pid));
    process.kill(pid);
  });

  it('ends endless output, and keeps a bounded part of it', async () => {
    const error = await rejects(
      checkRun({ command: ['yes'], cwd: '/', env: {} }, contextFor({ ms: 200 })),
      'reply.timeout',
      /killed/,
    );
    assert.ok(error.transcript.length < limits.outputLines + 10);
    // How much the other process wrote meanwhile is not known.
    const { transcript } = await checkRun(
      { command: ['sh', '-c', 'yes | head -c 10000000'], cwd: '/', env: {} },
      contextFor(),
    );
    assert.ok(transcript.map(noteText).some((line) => /^stdout: … \d+ octets more than are kept$/.test(line)));
    assert.ok(transcript.length < limits.outputLines + 10);
  });

  it('tells the signal that ended it as shells do', async () => {
    const { evidence, transcript } = await checkRun(node('process.kill(process.pid, "SIGKILL")'), contextFor());
    assert.deepEqual([evidence['exit'], evidence['signal'], transcript.at(-1)], [137, 'SIGKILL', 'ended by SIGKILL']);
  });

  it('does not mind a command that reads no input', async () => {
    const { evidence } = await checkRun(
      { command: ['true'], stdin: 'x'.repeat(1_000_000), cwd: '/', env: {} },
      contextFor(),
    );
    assert.equal(evidence['exit'], 0);
  });

  it('cannot tell where there is no such program', async () => {
    await rejects(
      checkRun({ command: ['no-such-program-here'], cwd: '/', env: {} }, contextFor()),
      'input.value',
      /there is no such program/,
    );
    await rejects(checkRun({ command: [], cwd: '/', env: {} }, contextFor()), 'input.value', /it has no program/);
  });

  it('ends with the run', async () => {
    const controller = new AbortController();
    const running = checkRun(
      { command: ['sleep', '1000'], cwd: '/', env: {} },
      contextFor({ signal: controller.signal }),
    );
    controller.abort();
    await assert.rejects(running, { kind: 'aborted' });
  });
});
