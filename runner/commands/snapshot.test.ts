import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { startServer } from './snapshot.test.helper.ts';

describe('mailspec snapshot', () => {
  let answers: Record<string, string>;
  let server: Server;
  let cwd: string;
  beforeEach(async () => {
    const started = await startServer();
    ({ answers, server } = started);
    cwd = project({ 'mailspec.yaml': { servers: { pop3: started.url } } });
  });
  afterEach(() => server.close());

  const files = (folder: string) =>
    Object.fromEntries(
      readdirSync(join(cwd, folder)).map((name) => [name, readFileSync(join(cwd, folder, name), 'utf8')]),
    );
  const snapshot = (...more: readonly string[]) => dispatched(['snapshot', ...more], { cwd });

  it('writes scenarios that are green, and the same when taken again', async () => {
    const taken = await snapshot('--out', 'baseline');
    assert.equal(taken.status, 0, taken.stderr);
    const first = files('baseline');
    assert.match(first['pop3.yaml'] ?? '', /name: The greeting\n[\s\S]*text: \/\^ready <\[\^<>\]\+>\$\//);
    const green = await dispatched(['run', 'baseline'], { cwd });
    assert.equal(green.status, 0, green.stdout);
    // Not at the same time, since it also records how fast the server replies.
    const again = await snapshot('--out', 'again');
    assert.equal(again.status, 0, again.stderr);
    assert.deepEqual(files('again'), first);
  });

  it('writes scenarios that are red after a change; --update mends them', async () => {
    const some = ['--out', 'baseline', '--grep', 'before TLS'];
    for (const _ of ['taken', 'taken again']) {
      const { status, stderr } = await snapshot(...some);
      assert.equal(status, 0, stderr);
    }
    const path = join(cwd, 'baseline', 'pop3.yaml');
    const first = readFileSync(path, 'utf8');
    assert.ok((first.match(/- name: /g) ?? []).length > 1, first);
    answers['CAPA'] = '+OK\r\nUSER\r\n.\r\n';
    const red = await dispatched(['run', 'baseline', '--reporter', 'json=after.jsonl'], { cwd });
    assert.equal(red.status, 1);
    assert.match(red.stdout, /CAPA, before TLS/);

    writeFileSync(path, first.replace('name: CAPA, before TLS', 'name: CAPA, before TLS # ours'));
    const unasked = await snapshot('--update', ...some);
    assert.equal(unasked.status, 1, unasked.stderr);
    assert.match(unasked.stdout, /CAPA, before TLS: dialogue\.1\.expect/);
    const updated = await snapshot('--update', '--yes', ...some);
    assert.equal(updated.status, 0, updated.stderr);
    assert.match(readFileSync(path, 'utf8'), /# ours/);
    const again = await dispatched(['run', 'baseline'], { cwd });
    assert.equal(again.status, 0, again.stdout);
  });

  it('says which server is not in the configuration, and that nothing can be observed', async () => {
    const unknown = await snapshot('imap');
    assert.deepEqual([unknown.status, /The configuration has pop3/.test(unknown.stderr)], [2, true]);
    const nobody = await dispatched(['snapshot', '--server', 'pop3=pop3://127.0.0.1:1'], { cwd });
    assert.equal(nobody.status, 3, nobody.stderr);
    const unnamed = await dispatched(['snapshot', '--grep', 'Absent'], { cwd });
    assert.equal(unnamed.status, 2, unnamed.stderr);
    assert.match(unnamed.stderr, /No scenario of these servers has "Absent" in its name/);
  });
});
