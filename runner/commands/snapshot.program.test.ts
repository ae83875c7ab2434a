import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../fixtures/servers/project.ts';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { startServer } from './snapshot.test.helper.ts';

describe('mailspec snapshot', () => {
  it('is what the documented nightly script compares with, which mails only what changed', async function () {
    if (process.platform === 'win32') this.skip();
    const { answers, server, url } = await startServer();
    try {
      const cwd = project({ 'mailspec.yaml': { servers: { pop3: url } } });
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
    } finally {
      server.close();
    }
  });
});
