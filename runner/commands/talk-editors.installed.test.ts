import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../../fixtures/testing/command.ts';
import { describeInstalled, notInstalled } from '../../fixtures/testing/installed.ts';
import { peers } from '../../fixtures/testing/peer.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../demo-server/server.ts';
import { onTerminal, program, script } from './on-terminal.test.helper.ts';

const alice = 'alice@example.test';
const [nano, vi] = ['/usr/bin/nano', '/usr/bin/vim.tiny'];
const [ctrlBackslash, ctrlC, ctrlD, ctrlS, ctrlX, escapeKey] = ['\x1c', '\x03', '\x04', '\x13', '\x18', '\x1b'];
const [up, down, end] = ['\x1b[A', '\x1b[B', '\x1b[F'];

/** An editor of lines: it says when it is ready, and takes Ctrl-C for itself. */
const lineEditor = `import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
process.on('SIGINT', () => console.log('interrupted'));
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  if (line === 'end') process.exit(0);
  appendFileSync(process.argv[2], line + '\\n');
  console.log('added ' + line);
});
console.log('ready');
`;

describeInstalled('mailspec talk with an editor', notInstalled(script, nano, vi), () => {
  let server: EmbeddedServer;
  const { listen } = peers();
  before(async () => {
    server = await startEmbeddedServer({ accounts: [{ user: alice, password: 'wonderland-of-alice' }] });
  });
  after(() => server.stop());

  /** A session as far as `.edit`, and the settings of its terminal before and after. */
  async function edit(editor: string) {
    const cwd = project({
      'mailspec.yaml': { servers: { mx: server.addresses.mx } },
      'editor.mjs': lineEditor,
      'session.sh': `trap : INT QUIT; stty rows 24 cols 100; stty -a > stty.before
sh -c 'echo $$ > pid; exec "$0" "$@"' "${process.execPath}" "${program}" talk mx --save talked.yaml; status=$?
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
    return { talk, read };
  }

  /** What was typed before the editor can be recalled after it, and Ctrl-D leaves the terminal as it was. */
  async function leaves({ talk, read }: Awaited<ReturnType<typeof edit>>, above: number): Promise<void> {
    talk.type(up.repeat(above));
    await talk.shows(/RCPT TO:<alice/);
    talk.type('\x15NO\t');
    await talk.shows(/NOOP/);
    talk.type('\r');
    await talk.shows(/250 [\s\S]*smtp> /);
    talk.type(ctrlD);
    assert.equal(await talk.ended, 0, talk.shown());
    assert.equal(read('stty.after'), read('stty.before'));
    assert.match(read('talked.yaml'), /- send: NOOP\n/);
    const folder = /\/\S*mailspec-\w+(?=\/message\.eml)/.exec(talk.shown())?.[0];
    if (folder !== undefined) assert.ok(!existsSync(folder), folder);
  }

  const sent = (text: RegExp) =>
    server
      .mailbox(alice)
      .messages()
      .filter(({ bytes }) => text.test(bytes.toString())).length;

  it('sends what was written in nano', async () => {
    const session = await edit(`${nano} --ignorercfiles --nohelp`);
    const { talk, read } = session;
    await talk.shows(/\x1b\[\?1049h[\s\S]*Subject:/);
    talk.type(`${down}${down}${end}from nano`);
    await talk.shows(/from nano/);
    // Of nano this asks where the cursor is.
    talk.type(ctrlC);
    await talk.shows(/char /);
    talk.type(`${down}${down}Hello${ctrlS}`);
    await talk.shows(/Wrote/);
    talk.type(ctrlX);
    await talk.shows(/\x1b\[\?1049l[\s\S]*250 .*queued[\s\S]*smtp> /);
    assert.equal(sent(/^From: a@elsewhere\.example\r\nTo: alice@example\.test\r\nSubject: from nano\r\n\r\nHello/m), 1);
    await leaves(session, 2);
    assert.match(read('talked.yaml'), /Subject: from nano/);
  });

  it('sends what was written in vi, and nothing where vi says that it failed', async () => {
    const session = await edit(`${vi} -u NONE`);
    const { talk } = session;
    await talk.shows(/\x1b\[\?1049h[\s\S]*Subject:/);
    talk.type(`:3s/$/from vi/\rGoHello${escapeKey}:wq\r`);
    await talk.shows(/\x1b\[\?1049l[\s\S]*250 .*queued[\s\S]*smtp> /);
    assert.equal(sent(/^Subject: from vi\r\n\r\n(?:\r\n)?Hello/m), 1);
    talk.type('.edit\r');
    await talk.shows(/\x1b\[\?1049h[\s\S]*Subject:/);
    talk.type(':cq\r');
    await talk.shows(/Nothing is sent: the editor "\S+ -u NONE" ended with status 1[\s\S]*smtp> /);
    await leaves(session, 3);
  });

  it('leaves Ctrl-C to an editor that goes on', async () => {
    const session = await edit(`'${process.execPath}' editor.mjs`);
    const { talk } = session;
    await talk.shows(/ready/);
    for (const text of ['one', 'two', 'three']) {
      talk.type(ctrlC);
      await talk.shows(/interrupted/);
      talk.type(`${text}\r`);
      await talk.shows(new RegExp(`added ${text}`));
    }
    talk.type('end\r');
    await talk.shows(/250 .*queued[\s\S]*smtp> /);
    assert.equal(sent(/\r\none\r\ntwo\r\nthree\r\n/), 1);
    await leaves(session, 2);
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
    await talk.shows(/Nothing is sent: the editor .* ended with SIGQUIT[\s\S]*smtp> /);
    await leaves(session, 3);
  });

  it('goes on where a signal of the keys arrives after the editor has ended', async () => {
    const session = await edit('false');
    const { talk, read } = session;
    await talk.shows(/Nothing is sent: the editor "false" ended with status 1[\s\S]*smtp> /);
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGINT'] as const) {
      process.kill(Number(read('pid')), signal);
      talk.type('NOOP\r');
      await talk.shows(/250 [\s\S]*smtp> /);
    }
    await leaves(session, 3);
  });

  it('ends with Ctrl-C before the connection is usable', async () => {
    const silent = await listen(async ({ gone }) => void (await gone));
    const cwd = project({ 'mailspec.yaml': {} });
    const talk = onTerminal(`"${process.execPath}" "${program}" talk --timeout 5m ${silent.url('smtps')}`, cwd);
    await talk.shows(/connected to 127\.0\.0\.1/);
    talk.type(ctrlC);
    assert.equal(await talk.ended, 130, talk.shown());
  });
});
