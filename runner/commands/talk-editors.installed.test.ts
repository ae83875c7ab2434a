import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../../fixtures/testing/command.ts';
import { describeInstalled, notInstalled } from '../../fixtures/testing/installed.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../demo-server/server.ts';
import { onTerminal, program, script } from './on-terminal.test.helper.ts';

const alice = 'alice@example.test';
const [nano, vi] = ['/usr/bin/nano', '/usr/bin/vim.tiny'];
const [ctrlBackslash, ctrlC, ctrlD, ctrlS, ctrlX] = ['\x1c', '\x03', '\x04', '\x13', '\x18'];
const [up, down, end] = ['\x1b[A', '\x1b[B', '\x1b[F'];

describeInstalled('mailspec talk with full-screen editors', notInstalled(script, nano, vi), () => {
  let server: EmbeddedServer;
  before(async () => {
    server = await startEmbeddedServer({ accounts: [{ user: alice, password: 'wonderland-of-alice' }] });
  });
  after(() => server.stop());

  /** A session as far as `.edit`, and the settings of its terminal before and after. */
  async function edit(editor: string) {
    const cwd = project({
      'mailspec.yaml': { servers: { mx: server.addresses.mx } },
      'session.sh': `trap : INT QUIT; tty > terminal; stty rows 24 cols 100; stty -a > stty.before
"${process.execPath}" "${program}" talk mx --save talked.yaml; status=$?
stty -a > stty.after; exit $status
`,
    });
    const talk = onTerminal(`env -u VISUAL -u COLUMNS EDITOR="${editor}" sh session.sh`, cwd);
    const read = (name: string) => readFileSync(join(cwd, name), 'utf8');
    for (const line of ['EHLO client.example', 'MAIL FROM:<a@elsewhere.example>', `RCPT TO:<${alice}>`, '.edit']) {
      await talk.shows(/smtp> /);
      talk.type(`${line}\r`);
      await talk.shows(/\n/);
    }
    const folder = () => /\/\S*mailspec-\w+(?=\/message\.eml)/.exec(talk.shown())?.[0] ?? 'not shown';
    return { talk, cwd, read, folder };
  }

  /** What was typed before the editor can be recalled after it, and Ctrl-D leaves a terminal as it was found. */
  async function leaves({ talk, read, folder }: Awaited<ReturnType<typeof edit>>, above: number): Promise<void> {
    await talk.shows(/smtp> /);
    talk.type(up.repeat(above));
    await talk.shows(/RCPT TO:<alice/);
    talk.type('\x15NO\t');
    await talk.shows(/NOOP/);
    talk.type('\r');
    await talk.shows(/250 [\s\S]*smtp> /);
    talk.type(ctrlD);
    assert.equal(await talk.ended, 0, talk.shown());
    const size = /rows \d+; columns \d+/;
    assert.equal(read('stty.after').replace(size, ''), read('stty.before').replace(size, ''));
    assert.ok(!existsSync(folder()), folder());
  }

  const sent = (text: RegExp) =>
    server
      .mailbox(alice)
      .messages()
      .filter(({ bytes }) => text.test(bytes.toString())).length;

  it('sends what was written in nano, after a resize and Ctrl-C in it', async () => {
    const session = await edit(`${nano} --ignorercfiles --nohelp`);
    const { talk, read } = session;
    await talk.shows(/\x1b\[\?1049h[\s\S]*Subject:/);
    execFileSync('stty', ['-F', read('terminal').trim(), 'rows', '20', 'cols', '60']);
    await talk.shows(/Subject:/);
    talk.type(ctrlC);
    await talk.shows(/char /);
    talk.type(`${down}${down}${end}from nano${down}${down}Hello${ctrlS}`);
    await talk.shows(/Wrote/);
    talk.type(ctrlX);
    await talk.shows(/\x1b\[\?1049l[\s\S]*250 .*queued/);
    await leaves(session, 2);
    assert.equal(sent(/^From: a@elsewhere\.example\r\nTo: alice@example\.test\r\nSubject: from nano\r\n\r\nHello/m), 1);
    assert.match(read('talked.yaml'), /Subject: from nano/);
  });

  it('sends what was written in vi, after Ctrl-C in it, and nothing where vi says that it failed', async () => {
    const session = await edit(`${vi} -u NONE`);
    const { talk } = session;
    await talk.shows(/\x1b\[\?1049h[\s\S]*Subject:/);
    talk.type(ctrlC);
    await talk.shows(/to exit Vim/);
    talk.type(`:3s/$/from vi/\rGoHello\x1b:wq\r`);
    await talk.shows(/\x1b\[\?1049l[\s\S]*250 .*queued[\s\S]*smtp> /);
    assert.equal(sent(/^Subject: from vi\r\n\r\n(?:\r\n)?Hello/m), 1);
    talk.type('.edit\r');
    await talk.shows(/\x1b\[\?1049h[\s\S]*Subject:/);
    talk.type(':cq\r');
    await talk.shows(/Nothing is sent: the editor "\S+ -u NONE" ended with status 1/);
    await leaves(session, 3);
  });

  it('goes on where Ctrl-C or Ctrl-\\ ends the editor', async () => {
    const session = await edit("sh -c 'echo started; exec sleep 60'");
    const { talk } = session;
    await talk.shows(/started/);
    talk.type(ctrlC);
    await talk.shows(/Nothing is sent: the editor .* ended with SIGINT[\s\S]*smtp> /);
    talk.type('.edit\r');
    await talk.shows(/started/);
    talk.type(ctrlBackslash);
    await talk.shows(/Nothing is sent: the editor .* ended with SIGQUIT/);
    await leaves(session, 3);
    assert.match(session.read('talked.yaml'), /- send: NOOP\n/);
  });
});
