import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { project, start } from '../../fixtures/testing/command.ts';
import { peers, type Script, smtpScript } from '../../fixtures/testing/peer.ts';

describe('mailspec run --watch, as a process', () => {
  const { listen } = peers();
  const suite = (name: string, code: number) => ({
    suite: 'A',
    server: 'it',
    scenarios: [{ name, dialogue: [{ expect: 220 }, { send: 'NOOP', expect: code }] }],
  });
  const begun = async (script: Script) => {
    const peer = await listen(script);
    const config = { scenarios: ['a.yaml'], servers: { it: peer.url() } };
    const cwd = project({ 'mailspec.yaml': config, 'a.yaml': suite('first', 250) });
    const running = start(['run', '--watch'], { cwd });
    after(() => running.child.kill('SIGKILL'));
    return { ...running, cwd };
  };

  it('ends on Ctrl-C with the status of the last run', async () => {
    const { cwd, shows, interrupt, ended } = await begun(smtpScript());
    await shows(/first[\s\S]*waiting for a change/);
    writeFileSync(join(cwd, 'a.yaml'), JSON.stringify(suite('second', 251)));
    await shows(/second[\s\S]*waiting for a change/);
    interrupt();
    const { status, stdout, stderr } = await ended;
    assert.equal(status, 1, stdout + stderr);
  });

  it('ends with 130 on Ctrl-C while a scenario runs', async () => {
    let connected = (): void => {};
    const reached = new Promise<void>((resolve) => {
      connected = resolve;
    });
    const { interrupt, ended } = await begun(() => connected());
    await reached;
    interrupt();
    assert.equal((await ended).status, 130);
  });
});
