import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiagnosticError } from '../diagnostic.ts';
import { check } from './check.ts';
import { load } from './load.ts';
import { loadNamed } from './named.ts';

const configuration = `
servers: { mx: "smtp://127.0.0.1:2525" }
secrets: { password: "\${env.MAIL_PASSWORD}" }
`;
const scenarios = `
suite: S
server: mx
scenarios:
  - { name: greets, dialogue: [{ expect: 220 }] }
  - { name: requires it, requires: [password], dialogue: [{ expect: 220 }] }
  - { name: uses it, dialogue: [{ send: "\${password}", expect: 250 }] }
`;

describe('an environment variable that is not set', () => {
  let cwd = '';
  before(() => {
    cwd = mkdtempSync(join(tmpdir(), 'mailspec-environment-'));
    writeFileSync(join(cwd, 'mailspec.yaml'), configuration);
    writeFileSync(join(cwd, 's.yaml'), scenarios);
  });
  after(() => rmSync(cwd, { recursive: true, force: true }));
  const options = (grep: string) => ({ cwd, targets: ['s.yaml'], env: {}, grep });
  const message = 'The environment variable "MAIL_PASSWORD" is not set';

  it('load() throws when a selected scenario requires or uses it', async () => {
    for (const grep of ['requires it', 'uses it', 's#']) {
      await assert.rejects(load(options(grep)), (error) => {
        assert.ok(error instanceof DiagnosticError);
        assert.deepEqual(
          error.diagnostics.map((each) => [each.code, each.message, each.span?.file.path]),
          [['environment.unset', message, 'mailspec.yaml']],
        );
        return true;
      });
    }
  });

  it('load() throws when it is empty, as CI servers set it for a secret that does not exist', async () => {
    for (const grep of ['requires it', 'uses it']) {
      await assert.rejects(load({ ...options(grep), env: { MAIL_PASSWORD: '' } }), (error) => {
        assert.ok(error instanceof DiagnosticError);
        assert.deepEqual(
          error.diagnostics.map((each) => [each.code, each.message, each.span?.file.path]),
          [['environment.unset', 'The environment variable "MAIL_PASSWORD" is empty', 'mailspec.yaml']],
        );
        return true;
      });
    }
  });

  it('load() goes on when no selected scenario needs it, or it is set, or the plan is only read', async () => {
    assert.equal((await load(options('greets'))).plan.scenarios.length, 1);
    assert.equal((await load({ ...options('s#'), env: { MAIL_PASSWORD: 'p' } })).plan.scenarios.length, 3);
    assert.equal((await load({ ...options('s#'), variables: { password: 'p' } })).plan.scenarios.length, 3);
    assert.equal((await load(options('s#'), 'read')).plan.scenarios.length, 3);
    assert.equal((await loadNamed(options('s#'))).plan.scenarios.length, 3);
  });

  it('check() warns when a scenario needs it: the files are right', async () => {
    const { diagnostics } = await check(options('s#'));
    assert.deepEqual(
      diagnostics.map((each) => [each.severity, each.message]),
      [['warning', message]],
    );
  });
});
