import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../scenario/plan.ts';
import { load } from './load.ts';
import { unreadableLogs } from './unreadable-logs.ts';

describe('unreadableLogs()', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'mailspec-logs-'));
  const [log, none] = [join(cwd, 'mail.log'), join(cwd, 'none.log')];
  before(() => writeFileSync(log, ''));
  after(() => rmSync(cwd, { recursive: true, force: true }));
  const service = {} as Config['services'][number];
  const messages = async (logs: readonly string[], services: Config['services'] = []) =>
    (await unreadableLogs({ logs, services })).map(({ severity, message }) => `${severity}: ${message}`);

  it('unreadableLogs() says nothing when each can be read, or a service may make it', async () => {
    assert.deepEqual(await messages([log]), []);
    assert.deepEqual(await messages([none], [service]), []);
  });

  it('unreadableLogs() warns when one is missing or is a folder', async () => {
    assert.deepEqual(await messages([log, none]), [`warning: Cannot read the log "${none}": no such file`]);
    assert.deepEqual(await messages([cwd], [service]), [`warning: Cannot read the log "${cwd}": it is a folder`]);
  });

  it('load() warns before a run alone', async () => {
    const text = 'logs: [none.log]\nservers: { mx: "smtp://127.0.0.1" }\n';
    const scenario = 'suite: S\nserver: mx\nscenarios:\n  - { name: greets, dialogue: [{ expect: 220 }] }\n';
    const options = {
      cwd,
      config: { path: join(cwd, 'mailspec.yaml'), text },
      targets: [{ path: join(cwd, 's.yaml'), text: scenario }],
    };
    assert.equal((await load(options)).warnings.length, 1);
    assert.equal((await load(options, 'read')).warnings.length, 0);
  });
});
