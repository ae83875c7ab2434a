import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { playSteps, spoken, told } from '../../fixtures/testing/play.ts';
import { actualIn, headlineIn } from '../../fixtures/testing/worded.ts';
import { closedPort, listen as listenOn } from '../checks/testing.test.helper.ts';
import { createAuthority } from '../demo-server/certificates.ts';
import { DiagnosticError } from '../diagnostic.ts';
import type { ScenarioResult } from '../result.ts';
import { fails, notes, passes } from './checks.test.helper.ts';

describe('port', () => {
  const { listen } = peers();

  it('holds open and closed against real ports, and says what it looked at', async () => {
    const peer = await listen(smtpScript({}));
    const result = await playSteps(
      `
      - port: { host: "\${server.host}", port: "\${server.port}" }
        expect: open
      - port: { host: 127.0.0.1, port: ${await closedPort()} }
        expect: { one_of: [closed, filtered] }
      - port: { host: 127.0.0.1, port: ${await closedPort()}, family: 4 }
        expect: { not: open, address: /^127/ }
      `,
      { server: peer.url() },
    );
    passes(result);
    assert.match(notes(result)[0] ?? '', /^\* *: 127\.0\.0\.1:\d+: open \(the connection was accepted\)$/);
  });

  it('fails where the port is not as it must be, and cannot tell where the name has no address', async () => {
    const port = await closedPort();
    const closed = await playSteps(`- port: { host: 127.0.0.1, port: ${port} }\n  expect: open`);
    fails(closed, 'check.mismatch', ['state', '"open"', '"closed"']);
    assert.equal(closed.outcome, 'failed');
    assert.equal(headlineIn(closed), `port 127.0.0.1:${port}: expected "open", got "closed"`);
    const nowhere = await playSteps('- port: { host: nowhere.invalid, port: 25 }\n  expect: open');
    fails(nowhere, 'connect.name');
    assert.equal(nowhere.outcome, 'errored');
  });

  it('polls inside eventually, and gives way to otherwise', async () => {
    const port = await closedPort();
    let listener: Awaited<ReturnType<typeof listenOn>> | undefined;
    const opening = playSteps(
      `
      - eventually:
          within: 8s
          every: 20ms
          dialogue:
            - port: { host: 127.0.0.1, port: ${port} }
              expect: open
      `,
      {
        onEvent: (event) => {
          if (event.type !== 'begin') return;
          const server = listenOn(() => undefined);
          void server.then((made) => made.close());
          // This needs the very port that the step checks.
          void import('node:net').then(({ createServer }) => {
            const late = createServer().listen(port, '127.0.0.1');
            listener = { port, server: late, close: async () => void late.close() };
          });
        },
      },
    );
    passes(await opening);
    await listener?.close();
    const skipped = await playSteps(
      `- port: { host: 127.0.0.1, port: ${await closedPort()} }\n  expect: open\n  otherwise: skip`,
    );
    assert.equal(skipped.outcome, 'skipped', told(skipped));
    const warned = await playSteps(
      `- port: { host: 127.0.0.1, port: ${await closedPort()} }\n  expect: open\n  otherwise: warn`,
    );
    assert.equal(warned.outcome, 'passed');
    assert.equal(warned.warnings.length, 1);
  });
});

describe('certificate and tls', () => {
  async function tlsServer() {
    const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
    const authority = await createAuthority({ name: 'test root' });
    const issued = await authority.issue({ names: ['*.example.test'] });
    writeFileSync(join(folder, 'ca.pem'), authority.cert);
    const server = await listenOn(
      (socket) => socket.end('ready\r\n'),
      createTlsServer({ key: issued.key, cert: issued.chain }),
    );
    return {
      folder,
      port: server.port,
      async close() {
        await server.close();
        rmSync(folder, { recursive: true });
      },
    };
  }

  it('looks at the certificate of a server, and of the connection', async () => {
    const server = await tlsServer();
    try {
      const result = await playSteps(
        `
        - certificate: { server: it }
          name: the server's
          expect:
            valid_for: [mail.example.test, imap.example.test]
            trusted: true
            days_left: { at_least: 20 }
            issuer: { CN: test root }
            subject: /example\\.test/
            alt_names: "*.example.test"
            chain: { length: 1 }
            serial: { capture: serial }
        - certificate: {}
          expect: { serial: "\${serial}", protocol: TLSv1.3, key: EC P-256, valid_for: mail.example.test, not: { valid_for: other.test } }
        - expect: ready
        - expect: closed
          # Node's server, which ends at once.
          tolerate: [tls.end.close-notify]
        - tls: { server: it, max: TLSv1.2 }
          expect: { state: accepted, protocol: TLSv1.2 }
        - tls: { server: it, min: TLSv1, max: TLSv1.1 }
          expect: refused
        `,
        {
          folder: server.folder,
          server: { url: `tls://127.0.0.1:${server.port}`, tls: { ca: './ca.pem', servername: 'mail.example.test' } },
        },
      );
      passes(result);
      assert.ok(
        notes(result).some((line) => /0: CN=\*\.example\.test, for \*\.example\.test \(EC P-256\)/.test(line)),
        told(result),
      );
    } finally {
      await server.close();
    }
  });

  it('fails where it is not trusted, for another name, or soon over', async () => {
    const server = await tlsServer();
    try {
      const result = await playSteps(
        '- certificate: { server: it }\n  expect: { trusted: true, valid_for: mail.other.test, days_left: { at_least: 60 } }',
        { server: `tls://127.0.0.1:${server.port}` },
      );
      fails(result, 'check.mismatch');
      assert.deepEqual(
        result.problem?.mismatches.map(({ path }) => path),
        ['trusted', 'valid_for', 'days_left'],
      );
    } finally {
      await server.close();
    }
  });

  it('says that a plain connection has no certificate', async () => {
    const peer = await listenOn((socket) => socket.write('220 ready\r\n'));
    try {
      const result = await playSteps('- expect: 220\n- certificate: {}\n  expect: { trusted: true }', {
        server: `smtp://127.0.0.1:${peer.port}`,
      });
      fails(result, 'check.mismatch');
      assert.match(headlineIn(result), /not encrypted/);
    } finally {
      await peer.close();
    }
  });
});

describe('http', () => {
  it('holds status, headers, body, XML and JSON, and captures settings', async () => {
    const xml = '<a xmlns="urn:x"><host type="imap">imap.example.test</host><port>993</port></a>';
    const server = createHttpServer((request, response) => {
      if (request.url === '/json')
        response.setHeader('Content-Type', 'application/json').end('{"api":{"url":"/jmap"}}');
      else if (request.method === 'POST')
        request.on('data', (octets) => response.end(`got ${octets} as ${request.headers['x-user']}`));
      else response.setHeader('Content-Type', 'text/xml').end(xml);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const result = await playSteps(
        `
        - http: { url: "\${web}/", address: "127.0.0.1:${port}" }
          expect:
            status: 200
            headers: { Content-Type: /xml/ }
            xml: { "//host[@type='imap']": { capture: host }, "count(//port)": 1, "//nothing": false }
        - http: { url: "\${web}/", body: "\${host}", headers: { X-User: "\${secret}" } }
          expect: { status: 200, body: got imap.example.test as wonderland }
          capture: { name: /got (\\S+)/ }
        - http: "\${web}/json"
          expect: { json: { api.url: /jmap, api.other: false } }
        `,
        { variables: { web: `http://127.0.0.1:${port}` }, secrets: { secret: 'wonderland' } },
      );
      passes(result);
      assert.ok(!spoken(result).join('\n').includes('wonderland'), told(result));
      const wrong = await playSteps(`- http: http://127.0.0.1:${port}/json\n  expect: { xml: { "//a": b } }`);
      fails(wrong, 'check.mismatch');
      assert.match(headlineIn(wrong), /not well-formed XML/);
    } finally {
      server.close();
    }
  });
});

describe('maildir and log', () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'watched-')));
    for (const name of ['new', 'cur']) mkdirSync(join(folder, 'Maildir', name), { recursive: true });
    writeFileSync(join(folder, 'Maildir/new/1.old'), 'Subject: old\n\nold\n');
    writeFileSync(join(folder, 'mail.log'), 'old line\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A server that greets only after `action` is done; the scenario has begun by then. */
  async function playAfter(action: () => void, steps: string): Promise<ScenarioResult> {
    const peer = await listenOn((socket) => {
      action();
      socket.write('220 ready\r\n');
    });
    try {
      return await playSteps(`- expect: 220\n${steps}`, { server: `smtp://127.0.0.1:${peer.port}`, folder });
    } finally {
      await peer.close();
    }
  }

  it('sees messages and lines that came since the scenario began', async () => {
    const result = await playAfter(() => {
      writeFileSync(
        join(folder, 'Maildir/new/2.fresh'),
        'From: a@example.test\nSubject: fresh\nReceived-SPF: pass\nX-A: b\n\nhello\n',
      );
      appendFileSync(join(folder, 'mail.log'), 'Nov 21 10:00:00 mail postfix/smtp[1]: ABC: status=sent\n');
    }, [
      '- maildir: ./Maildir',
      '  expect: 1',
      '- maildir: ./Maildir',
      '  expect: { messages: [{ subject: fresh, from: a@example.test, headers: { Received-SPF: /^pass/, x-a: b }, text: { contains: hello } }] }',
      '- maildir: ./Maildir',
      '  expect: { messages: { subject: fresh } }',
      '- maildir: { path: ./Maildir, all: true }',
      '  expect: { messages: { at_least: 2, at_most: 2 } }',
      '- log: ./mail.log',
      '  expect: ["status=sent", "/postfix.smtp.*ABC/", { not: fatal }]',
      '  capture: { id: "/(\\\\w+): status=sent/" }',
      '- log: ./mail.log',
      '  expect: { lines: { excludes: /old/ }, not: /warning/ }',
      '- log: ./mail.log',
      '  expect: { lines: "${id}" }',
    ].join('\n'));
    passes(result);
    assert.ok(
      notes(result).some((line) => line.endsWith(`1 new line in ${join(folder, 'mail.log')}`)),
      told(result),
    );
    assert.ok(notes(result).some((line) => line.includes('received-spf: pass')));
  });

  it('fails with the nearest line, and where nothing came', async () => {
    const result = await playAfter(
      () => appendFileSync(join(folder, 'mail.log'), 'ABC: status=deferred\nanother line\n'),
      '- log: ./mail.log\n  expect: "ABC: status=sent"',
    );
    fails(result, 'check.mismatch');
    assert.match(actualIn(result), /ABC: status=deferred/);
    const many = await playAfter(
      () =>
        appendFileSync(
          join(folder, 'mail.log'),
          Array.from({ length: 99 }, (_, index) => `ABC${index}: status=deferred\n`).join(''),
        ),
      '- log: ./mail.log\n  expect: "/ABC7: .*status=sent/"',
    );
    assert.ok(
      notes(many).some((line) => line.includes('nearest: ABC7: status=deferred')),
      told(many),
    );
    const none = await playAfter(() => undefined, '- maildir: ./Maildir\n  expect: { messages: [{ subject: fresh }] }');
    fails(none, 'check.mismatch');
    const absent = await playAfter(() => undefined, '- maildir: ./Nowhere\n  expect: { messages: 0 }');
    fails(absent, 'check.mismatch');
    assert.match(headlineIn(absent), /there is no mailbox/);
  });

  it('reads over a rotation, and a file that appears later', async () => {
    const result = await playAfter(() => {
      appendFileSync(join(folder, 'mail.log'), 'before\n');
      renameSync(join(folder, 'mail.log'), join(folder, 'mail.log.1'));
      writeFileSync(join(folder, 'mail.log'), 'behind\n');
      writeFileSync(join(folder, 'later.log'), 'later\n');
    }, '- log: ./mail.log\n  expect: [before, behind, { not: old }]\n- log: { file: ./later.log }\n  expect: later');
    passes(result);
  });

  it('reads nothing that a link leads to outside of the project', async () => {
    symlinkSync('/etc', join(folder, 'link'));
    const message = (error: unknown) => (error instanceof DiagnosticError ? error.message : String(error));
    for (const step of ['log: ./link/passwd', 'log: ../passwd', 'maildir: /var/mail/root']) {
      await assert.rejects(
        playSteps(`- ${step}\n  expect: 1`, { folder }),
        (error) => /is outside the project/.test(message(error)),
        step,
      );
    }
    // A link that is created after planning.
    const late = await playAfter(
      () => symlinkSync('/etc/passwd', join(folder, 'later.log')),
      '- log: ./later.log\n  expect: root',
    );
    fails(late, 'input.value');
    assert.equal(late.outcome, 'errored');
    assert.ok(!told(late).includes('root:'));
  });
});

describe('run', () => {
  const config = { allow: { commands: true } };

  it('holds exit status and output, gives input and environment, and shows no secret', async () => {
    const result = await playSteps(
      `
      - run: ["true"]
      - run: [sh, -c, "exit 3"]
        expect: 3
      - run: { command: [sh, -c, 'read line; echo "$line $PASSWORD"; echo oops >&2'], stdin: "hello\\n", env: { PASSWORD: "\${password}" } }
        expect: { exit: 0, stdout: "/^hello /", stderr: { contains: oops } }
        capture: { greeting: /^(hello)/ }
      - run: [echo, "\${greeting}"]
        expect: { stdout: hello }
      - run: [echo, "\${greeting}"]
        expect:
          stdout: |
            hello
      - run: [echo, "\${greeting}"]
        expect: /^hello$/
      `,
      { config, secrets: { password: 'wonderland' } },
    );
    passes(result);
    assert.ok(!told(result).includes('wonderland'), told(result));
    assert.ok(
      notes(result).some((line) => line.includes('stdout: hello «password»')),
      told(result),
    );
  });

  it('must end with status 0 where nothing is said, and in time', async () => {
    const failing = await playSteps('- run: [sh, -c, "exit 4"]', { config });
    fails(failing, 'check.mismatch', ['exit', '0', '4']);
    const hanging = await playSteps('- run: [sleep, "1000"]\n  timeout: 100ms', { config });
    fails(hanging, 'reply.timeout');
    assert.equal(hanging.outcome, 'failed');
    assert.match(headlineIn(hanging), /the command "sleep" did not end in time, and was killed \(100 ms\)/);
    const absent = await playSteps('- run: [no-such-program-here]', { config });
    assert.equal(absent.outcome, 'errored', told(absent));
  });

  it('is refused where the configuration does not allow it', async () => {
    await assert.rejects(playSteps('- run: ["true"]'), /The configuration does not allow commands/);
  });
});
