import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { greetSoon } from '../../fixtures/testing/fast-time.ts';

describe('mailspec demo --write', () => {
  it('keeps a file that exists', async () => {
    const cwd = project({ 'mailspec.yaml': 'servers: { mx: smtp://mx.example.com }\n' });
    const before = readFileSync(join(cwd, 'mailspec.yaml'), 'utf8');
    const { status, stderr } = await dispatched(['demo', '--serve', '--write', 'mailspec.yaml'], { cwd });
    assert.equal(status, 2);
    assert.match(stderr, /Cannot write "mailspec.yaml": the file exists/);
    assert.equal(readFileSync(join(cwd, 'mailspec.yaml'), 'utf8'), before);
  });

  it('requires --serve', async () => {
    const { status, stderr } = await dispatched(['demo', '--write', 'mailspec.yaml'], { cwd: project({}) });
    assert.deepEqual([status, stderr], [2, 'error: "--write" requires "--serve"\n']);
  });
});

describe('mailspec demo', () => {
  greetSoon();
  it('says what to type next, as it was called', async () => {
    const { status, stdout } = await dispatched(['demo'], { cwd: project({}), env: { npm_command: 'run-script' } });
    assert.equal(status, 0);
    assert.match(
      stdout,
      /Try your own: +npx mailspec demo --serve --write mailspec\.yaml .* npx mailspec run my\.yaml\n/,
    );
  });
});
