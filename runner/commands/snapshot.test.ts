import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { projectFolder } from '../../fixtures/servers/project.ts';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';

/** A POP3 server whose replies can be changed. */
async function startServer() {
  const answers: Record<string, string> = {
    greeting: 'ready',
    CAPA: '+OK\r\nUSER\r\nUIDL\r\n.\r\n',
    QUIT: '+OK bye\r\n',
    NOOP: '+OK\r\n',
  };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write(
      `+OK ${answers['greeting']} <${Math.random().toString().slice(2)}.${Date.now()}@pop.example.test>\r\n`,
    );
    let pending = '';
    socket.on('data', (octets: Buffer) => {
      const lines = (pending + octets.toString('latin1')).split('\r\n');
      pending = lines.pop() ?? '';
      for (const line of lines) {
        const [command = ''] = line.toUpperCase().split(' ');
        socket.write(answers[command] ?? '-ERR what?\r\n');
        if (command === 'QUIT') socket.end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { answers, server, url: `pop3://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

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

  it('is what the documented nightly script compares with, which mails only what changed', async function () {
    if (process.platform === 'win32') this.skip();
    const small = await dispatched(['snapshot', '--out', 'nightly', '--grep', 'CAPA'], { cwd });
    assert.equal(small.status, 0, small.stderr);
    const page = readFileSync(join(projectFolder(), 'docs', 'snapshot.md'), 'utf8');
    const [, script = ''] = /```sh\n(#!\/bin\/sh\n[\s\S]*?)```/.exec(page) ?? [];
    const bin = join(cwd, 'bin');
    mkdirSync(bin, { recursive: true });
    const programs = {
      mailspec: `exec "${process.execPath}" "${join(projectFolder(), 'dist', 'mailspec.cjs')}" "$@"`,
      mail: 'echo "$*" >>mails; cat >>mails',
    };
    for (const [name, text] of Object.entries(programs))
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    writeFileSync(join(cwd, 'secrets'), 'MAIL_PASSWORD=nightly\n');
    writeFileSync(
      join(bin, 'nightly'),
      script.replace('/var/lib/mailspec', cwd).replaceAll('scenarios/baseline', 'nightly'),
    );
    const night = async () => {
      writeFileSync(join(cwd, 'mails'), '');
      const child = spawn('/bin/sh', [join(bin, 'nightly')], {
        env: { PATH: `${bin}:/usr/bin:/bin` },
        stdio: 'ignore',
      });
      await once(child, 'close');
      return readFileSync(join(cwd, 'mails'), 'utf8');
    };
    assert.equal(await night(), '');
    answers['CAPA'] = '+OK\r\nUSER\r\n.\r\n';
    assert.match(await night(), /something changed[\s\S]*CAPA, before TLS/);
    assert.equal(await night(), '');
    writeFileSync(join(cwd, 'mailspec.yaml'), 'nonsense: true\n');
    assert.match(await night(), /something changed[\s\S]*today\.jsonl/);
  });
});
