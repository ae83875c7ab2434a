import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../../fixtures/testing/command.ts';
import { describeInstalled, notInstalled } from '../../fixtures/testing/installed.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../demo-server/server.ts';
import { onTerminal, program, script } from './on-terminal.test.helper.ts';

const alice = 'alice@example.test';
const password = 'wonderland-of-alice';

describeInstalled('mailspec talk on a terminal', notInstalled(script), () => {
  let server: EmbeddedServer;
  before(async () => {
    server = await startEmbeddedServer({ accounts: [{ user: alice, password }] });
  });
  after(() => server.stop());

  it('completes, asks for the password without showing it, ends waits and leaves with Ctrl-D', async () => {
    const tls = { ca: server.ca, servername: 'localhost' };
    const cwd = project({ 'mailspec.yaml': { servers: { submissions: { url: server.addresses.submissions, tls } } } });
    const talk = onTerminal(`"${process.execPath}" "${program}" talk submissions --save talked.yaml`, cwd);
    await talk.shows(/220 .*ESMTP/);
    await talk.shows(/smtp> /);
    talk.type('EHLO client.example\r');
    await talk.shows(/250[ -]AUTH PLAIN/);
    await talk.shows(/smtp> /);
    talk.type('MAI\t');
    await talk.shows(/MAIL FROM:/);
    talk.type('\x15AUTH P\t');
    await talk.shows(/AUTH PLAIN/);
    talk.type(`\x15.auth PLAIN ${alice}\r`);
    await talk.shows(/Password of alice@example.test: /);
    talk.type(`${password}\r`);
    await talk.shows(/235 /);
    await talk.shows(/smtp> /);
    talk.type('.wait\r');
    await talk.shows(/\.wait/);
    talk.type('\x03');
    await talk.shows(/You ended the wait/);
    talk.type('\x1b[A\x1b[A\x1b[A\r');
    await talk.shows(/EHLO client\.example[\s\S]*250[ -]PIPELINING/);
    await talk.shows(/smtp> /);
    talk.type('NOOP\r');
    await talk.shows(/250 [\s\S]*smtp> /);
    talk.type('.undo\r');
    await talk.shows(/The last step is not saved[\s\S]*smtp> /);
    // Edits the line before the last one at its end.
    talk.type('\x1b[A\x1b[AX\r');
    await talk.shows(/\b5\d\d [\s\S]*smtp> /);
    talk.type('.expect 250\r');
    await talk.shows(/The last reply does not match "250"[\s\S]*smtp> /);
    talk.type('.expect 5xx\r');
    await talk.shows(/smtp> /);
    talk.type('.save pinned.yaml\r');
    // The command is as mailspec was called: a path that may be wrapped.
    await talk.shows(/Saved\. Run it with: [\s\S]*smtp> /);
    talk.type('\x04');
    assert.equal(await talk.ended, 0, talk.shown());
    assert.ok(!talk.shown().includes(password), talk.shown());
    const file = join(cwd, 'talked.yaml');
    assert.ok(existsSync(file), talk.shown());
    const text = readFileSync(file, 'utf8');
    assert.ok(!text.includes(password));
    assert.match(text, /mechanism: PLAIN/);
    assert.match(text, /- send: NOOPX\n +expect: 5xx\n/);
    assert.doesNotMatch(text, /NOOP\n/);
    assert.equal(readFileSync(join(cwd, 'pinned.yaml'), 'utf8'), text);
  });

  it('ends with the session where it is saved, and says how to keep it where it is not', async () => {
    const cwd = project({ 'mailspec.yaml': { servers: { mx: server.addresses.mx } } });
    const saved = onTerminal(`"${process.execPath}" "${program}" talk mx --save left.yaml`, cwd);
    await saved.shows(/smtp> /);
    saved.type('QUIT\r');
    assert.equal(await saved.ended, 0, saved.shown());
    assert.match(readFileSync(join(cwd, 'left.yaml'), 'utf8'), /- send: QUIT\n/);
    const kept = onTerminal(`"${process.execPath}" "${program}" talk mx`, cwd);
    await kept.shows(/smtp> /);
    kept.type('quit\r');
    await kept.shows(/The session is over: "\.save FILE" keeps it, Ctrl-D leaves[\s\S]*smtp> /);
    kept.type('.save kept.yaml\r');
    await kept.shows(/Saved\./);
    kept.type('\x04');
    assert.equal(await kept.ended, 0, kept.shown());
  });

  it('sends what was written in an editor, as a message and as a literal, and leaves no file of it', async () => {
    const tls = { ca: server.ca, servername: 'localhost' };
    const { mx, imaps } = server.addresses;
    const cwd = project({
      'mailspec.yaml': { servers: { mx: { url: mx, tls }, imaps: { url: imaps, tls } } },
      'edit.sh': `stat -c '%a' "$2" >> "$1"; dirname "$2" >> "$1"; cat "$2" >> "$1"; cp "$2" "$2~"
printf 'Subject: edited\\n\\n.a dot\\n' > "$2"
`,
    });
    const env = `VISUAL="sh '${cwd}/edit.sh' '${cwd}/log.seen'"`;
    const edited = `${env} "${process.execPath}" "${program}"`;
    const mail = onTerminal(`${edited} talk mx`, cwd);
    for (const line of ['EHLO client.example', 'MAIL FROM:<a@elsewhere.example>', `RCPT TO:<${alice}>`, '.edit']) {
      await mail.shows(/smtp> /);
      mail.type(`${line}\r`);
    }
    await mail.shows(/250 .*queued/);
    await mail.shows(/smtp> /);
    mail.type('\x04');
    await mail.ended;
    const box = onTerminal(`${edited} talk imaps`, cwd);
    await box.shows(/imap> /);
    box.type(`LOGIN ${alice} ${password}\r`);
    await box.shows(/OK[\s\S]*imap> /);
    box.type('APPEND INBOX {}\r');
    await box.shows(/literal> /);
    box.type('typed first\r');
    await box.shows(/literal> /);
    box.type('.edit\r');
    await box.shows(/APPENDUID/);
    box.type('\x04');
    await box.ended;
    const seen = readFileSync(join(cwd, 'log.seen'), 'utf8');
    assert.match(seen, /From: a@elsewhere\.example\nTo: alice@example\.test\nSubject: \n/);
    assert.match(seen, /typed first/);
    assert.equal(seen.match(/^600$/gm)?.length, 2, seen);
    for (const [folder] of seen.matchAll(/^\/.*$/gm)) assert.ok(!existsSync(folder), folder);
    const messages = server
      .mailbox(alice)
      .messages()
      .map(({ bytes }) => bytes.toString());
    assert.equal(
      messages.filter((text) => /Subject: edited\r\n[\s\S]*\r\n\.a dot\r\n/.test(text)).length,
      2,
      messages.join('---'),
    );
  });
});
