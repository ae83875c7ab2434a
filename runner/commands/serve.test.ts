import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { project } from '../../fixtures/testing/command.ts';
import { begin, dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { play, told } from '../../fixtures/testing/play.ts';

const names = {
  smtp: 'smtp://mail.example.com',
  smtps: 'smtps://mail.example.com',
  lmtp: 'lmtp://mail.example.com',
  imap: 'imap://mail.example.com',
  pop3s: 'pop3s://mail.example.com',
  sieve: 'sieve://mail.example.com',
  finger: 'tcp://mail.example.com:79',
};

describe('mailspec serve', () => {
  /** Serves scenarios, and returns the addresses. */
  const serving = async (scenarios: string, ...args: readonly string[]) => {
    const cwd = project({
      'mailspec.yaml': { servers: names, variables: { user: 'alice' }, secrets: { password: 'wonderland-of-alice' } },
      'client.yaml': scenarios,
    });
    const served = begin(['serve', 'client.yaml', ...args], { cwd });
    const count = new Set(scenarios.match(/server: \w+/g)).size;
    await served.shows(new RegExp(`(?:serving[^\\n]*\\n){${count}}`));
    const ports = new Map(
      Array.from(served.said().matchAll(/serving (\w+) .* on 127\.0\.0\.1:(\d+)/g), ([, name = '', port]) => [
        name,
        Number(port),
      ]),
    );
    return { cwd, served, ports };
  };

  /** What a client receives if it sends these lines at once and disconnects. */
  const hears = async (port: number | undefined, ...lines: readonly string[]) => {
    const socket = connect(port ?? 0, '127.0.0.1');
    let heard = '';
    socket.on('data', (data) => {
      heard += data.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.end(lines.map((line) => `${line}\r\n`).join(''));
    await once(socket, 'close');
    return heard;
  };

  it('plays the server of every protocol, so that the scenarios pass with mailspec as the client', async () => {
    const scenarios = readFileSync(new URL('../../../fixtures/language/served.yaml', import.meta.url), 'utf8');
    const { cwd, served, ports } = await serving(scenarios, '--once', '--save-ca', 'ca.pem');
    const servers = Object.fromEntries(
      Array.from(ports, ([name, port]) => {
        const scheme = names[name as keyof typeof names].replace(/:.*/s, '');
        return [
          name,
          { url: `${scheme}://127.0.0.1:${port}`, tls: { ca: join(cwd, 'ca.pem'), servername: 'localhost' } },
        ];
      }),
    );
    const { results } = await play(scenarios, {
      servers,
      variables: { user: 'alice' },
      secrets: { password: 'wonderland-of-alice' },
      parallel: 1,
    });
    const ended = await served.ended;
    assert.deepEqual(results.filter(({ outcome }) => outcome !== 'passed').map(told), [], ended.stdout);
    assert.equal(ended.status, 0, ended.stdout);
    assert.match(ended.stdout, new RegExp(`${results.length} passed, 0 failed`));
    assert.doesNotMatch(ended.stdout + ended.stderr, /wonderland/);
  });

  const hello = `suite: S
scenarios:
  - name: hello
    server: smtp
    dialogue:
      - expect: 220
      - { send: EHLO a.example, expect: 250 }
      - { send: "MAIL FROM:<a@example.com>", expect: 250 }
      - { send: QUIT, expect: 221 }
`;
  const rows: readonly (readonly [string, readonly string[], RegExp | undefined])[] = [
    ['what the scenario sends', ['ehlo a.example', 'MAIL from:<a@example.com> SIZE=9', 'QUIT'], undefined],
    ['another argument', ['EHLO b.example'], /expected the client to send "EHLO a.example", got "EHLO b.example"/],
    ['another address', ['EHLO a.example', 'MAIL FROM:<A@example.com>'], /got "MAIL FROM:<A@example.com>"/],
    ['a command too few', ['EHLO a.example', 'QUIT'], /expected the client to send "MAIL FROM:.*got "QUIT"/],
    ['less than all', ['EHLO a.example'], /"MAIL FROM:<a@example.com>", and it closed the connection/],
    [
      'more than all',
      ['EHLO a.example', 'MAIL FROM:<a@example.com>', 'QUIT', 'RSET'],
      /expected nothing more of the client, got "RSET"/,
    ],
  ];
  for (const [what, lines, problem] of rows)
    it(`${problem === undefined ? 'passes' : 'fails'} a client that sends ${what}`, async () => {
      const { served, ports } = await serving(hello, '--once');
      const heard = await hears(ports.get('smtp'), ...lines);
      assert.match(heard, /^220 mail\.example\.com ESMTP\r\n/);
      const { status, stdout } = await served.ended;
      assert.equal(status, problem === undefined ? 0 : 1, stdout);
      if (problem !== undefined) assert.match(stdout, problem);
    });

  it('gives up a client that says nothing, and one that never comes', async () => {
    const { served, ports } = await serving(hello, '--once', '--timeout', '50ms');
    const socket = connect(ports.get('smtp') ?? 0, '127.0.0.1').resume();
    await once(socket, 'close');
    const { status, stdout } = await served.ended;
    assert.equal(status, 1);
    assert.match(stdout, /error\[client\.timeout\]: expected the client to send "EHLO a.example", and nothing came/);

    const idle = await serving(hello);
    idle.served.interrupt();
    const ended = await idle.served.ended;
    assert.equal(ended.status, 3, ended.stdout);
    assert.match(ended.stdout, /no client connected/);
  });

  it('begins again after the last scenario, several clients at once, and reports the first failure', async () => {
    const { served, ports } = await serving(hello);
    const good = ['EHLO a.example', 'MAIL FROM:<a@example.com>', 'QUIT'];
    await Promise.all([good, good, ['EHLO b.example'], good].map((lines) => hears(ports.get('smtp'), ...lines)));
    await served.shows(/session 4/);
    served.interrupt();
    const { status, stdout, stderr } = await served.ended;
    assert.equal(status, 1, stdout);
    assert.match(stdout, /0 passed, 1 failed/);
    assert.equal(stderr.match(/session \d: client#hello: passed/g)?.length, 3, stderr);
  });

  it('compares what a scenario says of a message, and nothing else of it', async () => {
    const message = `suite: S
scenarios:
  - name: mail
    server: smtp
    dialogue:
      - expect: 220
      - { send: DATA, expect: 354 }
      - message: { from: a@example.com, subject: Hello, text: one, headers: { X-Mailer: mine } }
        expect: 250
`;
    const sent = (subject: string) => [
      'DATA',
      'Message-ID: <1@example.com>',
      'From: Alice <a@example.com>',
      'x-mailer: mine',
      'Content-Type: text/plain',
      `Subject: ${subject}`,
      '',
      'one',
      '.',
    ];
    for (const [subject, status, words] of [
      ['=?utf-8?q?Hello?=', 0, /1 passed/],
      ['Other', 1, /"subject" of the client's message: expected "Hello", got "Other"/],
    ] as const) {
      const { served, ports } = await serving(message, '--once');
      await hears(ports.get('smtp'), ...sent(subject));
      const ended = await served.ended;
      assert.match(ended.stdout, words);
      assert.equal(ended.status, status, ended.stdout);
    }
  });

  it('accepts a login in whatever form a client begins it, and shows no password that it tries', async () => {
    const login = (mechanism: string) => `suite: S
scenarios:
  - name: login
    server: smtp
    dialogue:
      - expect: 220
      - authenticate: { mechanism: ${mechanism}, user: "\${user}", password: "\${password}" }
        expect: 235
`;
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const right = base64('\0alice\0wonderland-of-alice');
    const wrong = base64('\0alice\0other-password');
    const rows: readonly (readonly [string, readonly string[], number])[] = [
      ['PLAIN', [`AUTH PLAIN ${right}`], 0],
      ['PLAIN', ['auth plain', right], 0],
      ['PLAIN, initial_response: false', [`AUTH PLAIN ${right}`], 0],
      ['LOGIN', ['AUTH LOGIN', base64('alice'), base64('wonderland-of-alice')], 0],
      ['LOGIN', [`AUTH LOGIN ${base64('alice')}`, base64('wonderland-of-alice')], 0],
      ['PLAIN', [`AUTH PLAIN ${wrong}`], 1],
      ['PLAIN', ['AUTH PLAIN', wrong], 1],
      ['LOGIN', ['AUTH LOGIN', base64('alice'), base64('other-password')], 1],
      ['LOGIN', [`AUTH PLAIN ${right}`], 1],
    ];
    for (const [mechanism, lines, status] of rows) {
      const { cwd, served, ports } = await serving(login(mechanism), '--once', '-v', '--reporter', 'json=out.json');
      const heard = await hears(ports.get('smtp'), ...lines);
      const ended = await served.ended;
      assert.equal(ended.status, status, `${lines.join()}\n${heard}\n${ended.stdout}`);
      const written = ended.stdout + ended.stderr + readFileSync(join(cwd, 'out.json'), 'utf8');
      for (const secret of ['wonderland', 'other-password', right, wrong, base64('other-password').slice(0, -2)])
        assert.ok(!written.includes(secret), `${secret}\n${written}`);
    }
  });

  it('needs no configuration for servers whose names say their protocol', async () => {
    const greeting = (server: string, reply: string) => `  - name: ${server}
    server: ${server}
    requires: [${server}]
    dialogue:
      - expect: ${reply}
`;
    const scenarios = `suite: S
scenarios:
${greeting('mx', '220') + greeting('imap', 'OK') + greeting('pop3', '+OK')}`;
    const cwd = project({ 'mailspec.yaml': {}, 'client.yaml': scenarios });
    const served = begin(['serve', 'client.yaml', '--once'], { cwd });
    await served.shows(/(?:serving[^\n]*\n){3}/);
    const ports = Array.from(served.said().matchAll(/on 127\.0\.0\.1:(\d+)/g), ([, port]) => Number(port));
    const heard = await Promise.all(ports.map((port) => hears(port)));
    assert.deepEqual(
      heard.map((text) => text.split(' ')[0]),
      ['220', '*', '+OK'],
    );
    assert.equal((await served.ended).status, 0);

    const unknown = project({ 'mailspec.yaml': {}, 'client.yaml': hello.replace('server: smtp', 'server: relay') });
    const { status, stderr } = await dispatched(['serve', 'client.yaml'], { cwd: unknown });
    assert.match(stderr, /Unknown server "relay"[\s\S]*"--server relay=smtp:\/\/localhost"; only mx, /);
    assert.equal(status, 2);
  });

  it('refuses what it could not serve, before it listens', async () => {
    const scenario = (...steps: readonly string[]) =>
      `suite: S\nscenarios:\n  - name: s\n    server: imap\n    dialogue:\n${steps.map((step) => `      - ${step}\n`).join('')}`;
    const rows: readonly (readonly [string, readonly string[], RegExp])[] = [
      [scenario('expect: /ready/'), [], /Cannot make a reply from this expectation[\s\S]*Add "reply"/],
      [
        scenario('authenticate: { mechanism: SCRAM-SHA-256, user: a, password: b }'),
        [],
        /Cannot serve a login by SCRAM/,
      ],
      [scenario('{ compress: , expect: OK }'), [], /Cannot serve "compress"/],
      [scenario('{ wait: 1s, reply: x }'), [], /"wait" reads no reply: it cannot have "reply"/],
      [scenario('{ starttls: , client: x }'), [], /"starttls" cannot have "client"/],
      [hello, ['--listen', '0.0.0.0:0'], /other machines would reach it/],
      [hello, ['--listen', 'mx=0'], /No scenario uses a server "mx"[\s\S]*The servers are smtp/],
      [hello + scenario('expect: OK').slice(19), ['--listen', '0'], /Say which server is meant/],
    ];
    for (const [text, args, message] of rows) {
      const cwd = project({ 'mailspec.yaml': { servers: names }, 'client.yaml': text });
      const { status, stderr } = await dispatched(['serve', 'client.yaml', ...args], { cwd });
      assert.match(stderr, message);
      assert.equal(status, 2);
    }
  });
});
