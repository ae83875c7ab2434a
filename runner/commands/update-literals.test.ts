import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';

/** The server's reply to each command. */
const answers: Readonly<Record<string, string>> = {
  EHLO: '250-mail.example.com\r\n250-SIZE 2000\r\n250-AUTH PLAIN XOAUTH2\r\n250-PIPELINING\r\n250 8BITMIME\r\n',
  HELP: '214-one\r\n214-two\r\n214 /three\r\n',
  VRFY: '252 2.0.0 "someone", perhaps ${a}\r\n',
  QUIT: '221 2.0.0 bye\r\n',
};

const old = `# Ours.
suite: after an upgrade
server: SERVER
variables: { word: hello }
scenarios:
  - name: literals # of every form
    dialogue:
      - expect: 220 ready   # the greeting
      - send: EHLO client.example
        expect:
          code: 250
          extensions:
            SIZE: 1000 # octets
            DSN: true
            PIPELINING: true
            AUTH: [PLAIN, LOGIN] # mechanisms
      - { send: HELP, expect: { lines: { exactly: [one, "2", three] } } }
      - { send: HELP, expect: { lines: { length: 4 } } }
      - { send: VRFY x, expect: { code: 250, enhanced: 2.1.5, text: 'anybody' } }
      - { send: MAIL, expect: 250 }
      - send: QUIT
        expect: 221 goodbye

  # Not literals.
  - name: a pattern
    dialogue:
      - expect: { text: /^ready/ }
  - name: a variable
    dialogue:
      - expect: { text: "\${word}" }
  - name: alternatives
    dialogue:
      - expect: { one_of: [421, 554] }
  - name: the contrary
    dialogue:
      - expect: { not: { code: 220 } }
  - name: only \${case}
    each: { case: [EHLO x, QUIT] }
    dialogue:
      - expect: 220
      - send: \${case}
        expect: 250
`;

const updated = old
  .replace('220 ready ', '220 mail.example.com ESMTP ')
  .replace('SIZE: 1000', 'SIZE: 2000')
  .replace('DSN: true', 'DSN: false')
  .replace('AUTH: [PLAIN, LOGIN]', 'AUTH: [PLAIN]')
  .replace('[one, "2", three]', '[one, "two", { equals: /three }]')
  .replace('length: 4', 'length: 3')
  .replace(
    "code: 250, enhanced: 2.1.5, text: 'anybody'",
    'code: 252, enhanced: 2.0.0, text: \'2.0.0 "someone", perhaps $$$${a}\'',
  )
  .replace('send: MAIL, expect: 250', 'send: MAIL, expect: 500')
  .replace('221 goodbye', '221 2.0.0 bye');

describe('mailspec run --update', () => {
  let server: Server;
  let url: string;
  before(async () => {
    server = createServer((socket) => {
      socket.on('error', () => {});
      socket.write('220 mail.example.com ESMTP\r\n');
      socket.on('data', (octets: Buffer) => {
        const [command = ''] = octets.toString('latin1').trim().split(' ');
        socket.write(answers[command] ?? '500 what?\r\n');
        if (command === 'QUIT') socket.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  const start = (text: string) => {
    const cwd = project({ 'mailspec.yaml': {}, 'a.yaml': text.replace('SERVER', url) });
    return {
      cwd,
      text: () => readFileSync(join(cwd, 'a.yaml'), 'utf8').replace(url, 'SERVER'),
      run: (...more: readonly string[]) => dispatched(['run', 'a.yaml', '--update', ...more], { cwd }),
    };
  };

  it('shows what changed, and writes nothing unless told to', async () => {
    const { run, text } = start(old);
    const { status, stdout, stderr } = await run();
    assert.equal(status, 1, stderr);
    assert.match(
      stdout,
      /a\.yaml › literals: dialogue\.0\.expect\n {2}- 220 ready\n {2}\+ 220 mail\.example\.com ESMTP\n/,
    );
    assert.match(stderr, /Nothing is written; "--yes" writes without asking\n$/);
    assert.equal(text(), old);
  });

  it('rewrites literals until the run has nothing else to write, keeps all else, and says what it leaves', async () => {
    const { run, text } = start(old);
    const { status, stderr } = await run('--yes');
    assert.equal(text(), updated, stderr);
    assert.equal(status, 1);
    const left = [...stderr.matchAll(/^note: \S+:(\d+) › (.*): the expectation (.*);/gm)].map(([, , ...rest]) => rest);
    assert.deepEqual(left, [
      ['a pattern', 'is not a literal'],
      ['a variable', 'is not a literal'],
      ['alternatives', 'is not a literal'],
      ['the contrary', 'is not a literal'],
      ['only QUIT', 'is met by other cases of the scenario'],
    ]);
  });

  it('ends with 0 where everything is as the file says then, and changes nothing that is met', async () => {
    const only = `${old.slice(0, old.indexOf('\n  # Not literals'))}`;
    const { run, text } = start(only);
    const { status, stdout } = await run('--yes');
    assert.equal(status, 0, stdout);
    const mended = text();
    assert.equal((await run('--yes')).status, 0);
    assert.equal(text(), mended);
  });

  it('refuses what has no file, and what shows a part only', async () => {
    const { cwd, run } = start(old);
    const inline = await dispatched(['run', '--update', '-e', 'expect: 220', '--server', url], { cwd });
    const part = await run('--shard', '1/2');
    assert.deepEqual([inline.status, part.status], [2, 2]);
    assert.match(part.stderr, /Cannot use "--update" with "--shard"/);
  });
});
