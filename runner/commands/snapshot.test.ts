import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { shortenTimers } from '../../fixtures/testing/fast-time.ts';
import { whole } from '../../fixtures/testing/long.ts';
import { startServer } from './snapshot.test.helper.ts';

/** In the names of more than half of the scenarios. */
const part = 'before TLS';

describe('mailspec snapshot', () => {
  // Unless the tests run whole, a client that is silent for 8 seconds is so for a tenth of a second.
  if (!whole()) shortenTimers(8000, 100);
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
  const scenariosIn = (text = '') =>
    text
      .split(/^(?= {2}- name: )/m)
      .slice(1)
      .map((each) => each.trim());
  const snapshot = (...more: readonly string[]) => dispatched(['snapshot', ...more], { cwd });

  it('writes scenarios that are green, and the same when taken again', async () => {
    const baseline = await snapshot('--out', 'baseline');
    assert.equal(baseline.status, 0, baseline.stderr);
    const first = files('baseline');
    assert.match(first['pop3.yaml'] ?? '', /name: The greeting\n[\s\S]*text: \/\^ready <\[\^<>\]\+>\$\//);
    const green = await dispatched(['run', 'baseline'], { cwd });
    assert.equal(green.status, 0, green.stdout);
    const page = await dispatched(['docs', 'baseline'], { cwd });
    assert.equal(page.status, 0, page.stderr);
    for (const text of [first['pop3.yaml'], first['pop3-delays.yaml']])
      for (const [, name = ''] of text?.matchAll(/^ {2}- name: (.*)$/gm) ?? [])
        assert.ok(page.stdout.includes(`\n### ${name.replace(/^(['"])(.*)\1$/, '$2')}\n`), name);
    assert.match(
      page.stdout,
      /^### CAPA, before TLS\n\n\*\*MUST\*\* · pop3 · snapshot\n\n```text\nS: replies \+OK\nC: CAPA\nS: replies \+OK, offers USER and UIDL\b.*\n```$/m,
    );
    // Not at the same time, since it also records how fast the server replies.
    const again = await snapshot('--out', 'again', ...(whole() ? [] : ['--grep', part]));
    assert.equal(again.status, 0, again.stderr);
    if (whole()) assert.deepEqual(files('again'), first);
    const taken = scenariosIn(files('again')['pop3.yaml']);
    assert.deepEqual(
      taken,
      scenariosIn(first['pop3.yaml']).filter((each) => whole() || each.includes(part)),
    );
    assert.ok(taken.length > 20, `${taken.length}`);
  });

  it('writes scenarios that are red after a change; --update mends them', async () => {
    const some = ['--out', 'baseline', '--grep', part];
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
