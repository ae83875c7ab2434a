import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { project } from '../../fixtures/testing/command.ts';
import { begin, dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { greetSoon } from '../../fixtures/testing/fast-time.ts';
import { peers } from '../../fixtures/testing/peer.ts';
import { play, told } from '../../fixtures/testing/play.ts';
import { createAuthority } from '../demo-server/certificates.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../demo-server/server.ts';

const alice = 'alice@example.test';
const password = 'wonderland-of-alice';

describe('mailspec record', () => {
  greetSoon();
  let server: EmbeddedServer;
  const { listen } = peers();
  before(async () => {
    server = await startEmbeddedServer({ accounts: [{ user: alice, password }] });
  });
  after(() => server.stop());

  /** Runs scenarios through the proxy, and returns what it wrote, by file. */
  const recorded = async (name: keyof EmbeddedServer['addresses'], dialogues: readonly string[]) => {
    const tls = { ca: server.ca, servername: 'localhost' };
    const servers = { [name]: { url: server.addresses[name], tls } };
    const cwd = project({ 'mailspec.yaml': { servers, secrets: { password } } });
    const proxy = begin(['record', '--listen', '0', '--to', name, '--sessions', String(dialogues.length)], { cwd });
    await proxy.shows(/recording on/);
    const address = proxy.said().match(/127\.0\.0\.1:\d+/)?.[0];
    const url = `${server.addresses[name].replace(/:.*$/, '')}://${address}`;
    const scenarios = dialogues.map((dialogue, index) => `  - name: s${index}\n    dialogue:\n${dialogue}`);
    const { results } = await play(`suite: S\nserver: it\nscenarios:\n${scenarios.join('')}`, {
      servers: { it: { url, tls: { verify: false } } },
      variables: { user: alice },
      secrets: { password },
    });
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      dialogues.map(() => 'passed'),
      results.map(told).join('\n'),
    );
    const ended = await proxy.ended;
    assert.equal(ended.status, 0, ended.stderr);
    const files = readdirSync(join(cwd, 'recorded')).sort();
    const texts = files.map((file) => readFileSync(join(cwd, 'recorded', file), 'utf8'));
    for (const text of texts) {
      for (const secret of [password, Buffer.from(password).toString('base64').slice(0, -2)])
        assert.ok(!text.includes(secret), text);
    }
    const again = await dispatched(['run', 'recorded'], { cwd });
    assert.equal(again.status, 0, `${texts.join('\n')}\n${again.stdout}`);
    return { files, texts };
  };
  const steps = (...lines: readonly string[]) => lines.map((line) => `      - ${line}\n`).join('');

  it('writes transcripts and scenarios that pass, of many sessions at once, without the password', async () => {
    const imap = steps(
      'expect: OK',
      '{ send: "LOGIN ${user} ${password}", expect: OK }',
      '{ send: LOGOUT, expect: OK }',
    );
    const { files, texts } = await recorded(
      'imaps',
      Array.from({ length: 6 }, () => imap),
    );
    assert.equal(files.length, 12);
    assert.match(texts[0] ?? '', /C a001 LOGIN alice@example.test «password»$/m);
  });

  it('encrypts both sides after STARTTLS', async () => {
    const { texts } = await recorded('submission', [
      steps(
        'expect: 220',
        '{ send: EHLO a.example, expect: 250-STARTTLS }',
        'starttls',
        '{ send: EHLO a.example, expect: 250-AUTH }',
        '{ authenticate: { mechanism: PLAIN, user: "${user}", password: "${password}" }, expect: 235 }',
        '{ send: QUIT, expect: 221 }',
        'expect: closed',
      ),
    ]);
    assert.match(texts[0] ?? '', /\* encrypted from here on/);
    assert.match(texts[1] ?? '', /- starttls\n/);
  });

  it('speaks TLS from the first octet where the server does', async () => {
    const { texts } = await recorded('pop3s', [
      steps(
        'expect: +OK',
        '{ send: "USER ${user}", expect: +OK }',
        '{ send: "PASS ${password}", expect: +OK }',
        '{ send: QUIT, expect: +OK }',
      ),
    ]);
    assert.match(texts[1] ?? '', /send: PASS \$\{password\}/);
  });

  it('keeps octets exact in both directions', async () => {
    const octets = Buffer.from([0, 1, 2, 13, 10, 255, 128, 10, 13, 13, 10, 46, 13, 10]).toString('latin1');
    const peer = await listen(async (talk) => {
      talk.write(`220 ${octets}`);
      await talk.take(octets.length);
      talk.end();
    });
    const cwd = project({ 'mailspec.yaml': {} });
    const proxy = begin(['record', '--listen', '0', '--to', peer.url(), '--sessions', '1'], { cwd });
    await proxy.shows(/recording on/);
    const port = Number(proxy.said().match(/127\.0\.0\.1:(\d+)/)?.[1]);
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', (data) => {
      received += data.toString('latin1');
    });
    socket.write(Buffer.from(octets, 'latin1'));
    await new Promise((resolve) => socket.on('close', resolve));
    assert.equal(received, `220 ${octets}`);
    assert.equal(peer.talks[0]?.received, octets);
    assert.equal((await proxy.ended).status, 0);
  });

  it('notes that the server ended TLS without close_notify, and writes a scenario that passes', async () => {
    const { key, chain } = await (await createAuthority()).issue({ names: ['127.0.0.1'] });
    const peer = await listen(async (talk) => {
      await talk.secure({ key, cert: chain });
      talk.write('+OK ready\r\n');
      await talk.line();
      talk.write('+OK Bye\r\n');
      talk.endBelow();
      await talk.gone;
    });
    const servers = { box: { url: peer.url('pop3s'), tls: { verify: false } } };
    const cwd = project({ 'mailspec.yaml': { servers } });
    const proxy = begin(['record', '--listen', '0', '--to', 'box', '--sessions', '1'], { cwd });
    await proxy.shows(/recording on/);
    const url = `pop3s://${proxy.said().match(/127\.0\.0\.1:\d+/)?.[0]}`;
    const dialogue = steps('expect: +OK', '{ send: QUIT, expect: +OK }', 'expect: closed');
    const { results } = await play(`suite: S\nserver: it\nscenarios:\n  - name: s\n    dialogue:\n${dialogue}`, {
      servers: { it: { url, tls: { verify: false } } },
    });
    assert.equal(results[0]?.outcome, 'passed', results.map(told).join('\n'));
    assert.equal((await proxy.ended).status, 0);
    const [transcript = '', scenario = ''] = readdirSync(join(cwd, 'recorded')).sort();
    const read = (name: string) => readFileSync(join(cwd, 'recorded', name), 'utf8');
    assert.match(read(transcript), /\* closed by the server without close_notify\n$/);
    assert.match(read(scenario), /- expect:\n +closed: \[FIN, RST, close_notify\]\n$/);
    const again = await dispatched(['run', 'recorded'], { cwd });
    assert.equal(again.status, 0, again.stdout);
    const args = ['import', join('recorded', transcript), '--server', 'box', '--output', 'imported.yaml'];
    assert.equal((await dispatched(args, { cwd })).status, 0);
    const imported = await dispatched(['run', 'imported.yaml'], { cwd });
    assert.equal(imported.status, 0, imported.stdout);
  });

  it('listens on this machine only, unless told', async () => {
    const cwd = project({ 'mailspec.yaml': {} });
    const rows: readonly (readonly [readonly string[], RegExp])[] = [
      [['--listen', '0.0.0.0:0', '--to', 'smtp://127.0.0.1'], /other machines would reach it/],
      [['--listen', 'x', '--to', 'smtp://127.0.0.1'], /Cannot use "--listen x": it is not a port/],
      [['--listen', '0'], /Cannot record: no server is named/],
      [['--listen', '0', '--to', 'nonsense'], /Unknown server/],
    ];
    for (const [args, message] of rows) {
      const ended = await dispatched(['record', ...args], { cwd });
      assert.equal(ended.status, 2);
      assert.match(ended.stderr, message);
    }
  });
});
