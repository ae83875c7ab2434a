import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { play, playSteps, spoken, told } from '../../fixtures/testing/play.ts';
import { headlineIn, reasonIn } from '../../fixtures/testing/worded.ts';

const hello = '- expect: 220\n- send: NOOP\n  expect: 250\n';

describe('connections', () => {
  const { listen } = peers();

  it('open at the first step that uses them, or at connect', async () => {
    const one = await listen(smtpScript());
    const other = await listen(smtpScript({ greeting: '220 other' }));
    const result = await playSteps(
      `
      - { connect: , on: a }
      - { on: b, expect: 220 other }
      - { on: a, expect: 220 peer }
      - { on: a, send: NOOP, expect: 250 }
      - { on: b, send: NOOP, expect: 250 }
      `,
      {
        servers: { one: one.url(), other: other.url(), unused: 'smtp://127.0.0.1:1' },
        scenario: { connections: { a: 'one', b: 'other', c: 'unused' } },
      },
    );
    assert.equal(result.outcome, 'passed', told(result));
    const opened = result.transcript
      .filter((line) => line.from === 'note' && line.note.kind === 'connected')
      .map(({ connection }) => connection);
    assert.deepEqual(opened, ['a', 'b']);
    await Promise.all([one.idle(), other.idle()]);
  });

  it('of one server are as many as there are names', async () => {
    const peer = await listen(async (talk, number) => {
      talk.write(`220 number ${number}\r\n`);
      await talk.gone;
    });
    const result = await playSteps('- { on: a, expect: 220 number 1 }\n- { on: b, expect: 220 number 2 }', {
      servers: { it: peer.url() },
      scenario: { connections: { a: 'it', b: 'it' } },
    });
    assert.equal(result.outcome, 'passed', told(result));
    assert.equal(peer.most, 2);
  });

  it('end with close, with reset, and when the scenario ends; the next step opens a new one', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps(`${hello}- close\n${hello}- reset\n${hello}`, { server: peer.url() });
    assert.equal(result.outcome, 'passed', told(result));
    assert.deepEqual(await Promise.all(peer.talks.map((talk) => talk.gone)), ['closed', 'reset', 'closed']);
    assert.deepEqual(
      spoken(result).filter((line) => line.startsWith('*')),
      [
        `* connected to 127.0.0.1:${peer.port}`,
        '* closed',
        `* connected to 127.0.0.1:${peer.port}`,
        '* reset',
        `* connected to 127.0.0.1:${peer.port}`,
        '* closed',
      ].map((line) => line.replace('*', '*:')),
    );
  });

  it('that were given up can be closed and opened again', async () => {
    const peer = await listen(smtpScript({ VRFY: '' }));
    const result = await playSteps(
      `- expect: 220\n- send: VRFY a\n  expect: 250\n  timeout: 50ms\n  otherwise: warn\n- close\n${hello}`,
      { server: peer.url() },
    );
    assert.equal(result.outcome, 'passed', told(result));
    assert.equal(result.warnings.length, 1);
    assert.equal(peer.most, 1);
  });

  it('cannot be opened twice', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps('- expect: 220\n- connect', { server: peer.url() });
    assert.equal(result.outcome, 'errored', told(result));
    assert.equal(result.problem?.code, 'connection.open');
  });

  it('that cannot be had are an error, not a failure', async () => {
    const peer = await listen(smtpScript());
    const { results } = await play(
      `
      suite: Unreachable
      scenarios:
        - { name: refused, server: refused, dialogue: [{ expect: 220 }] }
        - { name: no name, server: nameless, dialogue: [{ expect: 220 }] }
        - { name: no socket, server: "lmtp+unix:/nowhere/at/all.sock", dialogue: [{ expect: 220 }] }
        - { name: wrong family, server: { url: "${peer.url()}", family: 6 }, dialogue: [{ expect: 220 }] }
      `,
      {
        servers: { refused: 'smtp://127.0.0.1:1', nameless: 'smtp://no-such-host.invalid:25' },
        config: { allow: { sockets: ['/nowhere'] } },
      },
    );
    assert.deepEqual(
      results.map(({ outcome, problem }) => [outcome, problem?.code]),
      [
        ['errored', 'connect.failed'],
        ['errored', 'connect.name'],
        ['errored', 'connect.failed'],
        ['errored', results[3]?.problem?.code],
      ],
    );
    assert.match(headlineIn(results[0]), /^server "refused": Cannot connect to "127\.0\.0\.1:1": connection refused$/);
  });

  it('skip a scenario that asks for another host when they have one address at both ends', async () => {
    const peer = await listen(smtpScript());
    const scenario = { elsewhere: true };
    const own = await playSteps(hello, { server: { url: peer.url() }, scenario });
    assert.equal(own.outcome, 'skipped');
    assert.match(
      reasonIn(own),
      /the server trusts this host, its own: run mailspec on another host, or give "it" an untrusted/,
    );
    const other = await playSteps(hello, { server: { url: peer.url(), local_address: '127.0.0.9' }, scenario });
    assert.equal(other.outcome, 'passed', told(other));
    const indifferent = await playSteps(hello, { server: { url: peer.url() } });
    assert.equal(indifferent.outcome, 'passed', told(indifferent));
  });

  it('come from local_address, by the family asked for', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps(hello, {
      server: { url: peer.url().replace('127.0.0.1', 'localhost'), local_address: '127.0.0.9', family: 4 },
    });
    assert.equal(result.outcome, 'passed', told(result));
    assert.equal(peer.talks[0]?.remoteAddress, '127.0.0.9');
  });

  it('are no others from a local port, and LOCAL in a PROXY header hides no address', async () => {
    const peer = await listen(smtpScript());
    const local = { url: peer.url(), proxy_protocol: { version: 2, command: 'LOCAL' } };
    const own = await playSteps('- expect: 220', { server: local, scenario: { elsewhere: true } });
    assert.equal(own.outcome, 'skipped', told(own));
    for (const [server, message] of [
      [{ local_address: 'eth0' }, /"eth0" is not an IP address, nor one with a port/],
      [{ local_address: '127.0.0.1:70000' }, /is not an IP address/],
      [{ proxy_protocol: { version: 2, command: 'LOCAL', source: '192.0.2.7:1' } }, /has no addresses/],
      [{ proxy_protocol: { version: 2, command: 'HELLO' } }, /HELLO/],
    ] as const)
      await assert.rejects(playSteps('- expect: 220', { server: { url: peer.url(), ...server } }), message);
  });

  it('begin with the PROXY header that the server is given', async () => {
    // PROXY protocol, section 2.2: signature, version and command, family, length, addresses, ports.
    const second = ['0d0a0d0a000d0a515549540a', '2111', '000c', 'c0000207', 'c6336409', '10e1', '0019'];
    const headers = {
      1: 'PROXY TCP4 192.0.2.7 198.51.100.9 4321 25\r\n',
      2: Buffer.from(second.join(''), 'hex').toString('latin1'),
    } as const;
    for (const version of [1, 2] as const) {
      const peer = await listen(async (talk) => {
        await talk.until(headers[version]);
        talk.write('220 peer\r\n');
        await talk.gone;
      });
      const proxy = { version, source: '192.0.2.7:4321', destination: '198.51.100.9:25' };
      const result = await playSteps('- expect: 220', {
        server: { url: peer.url(), proxy_protocol: proxy, timeout: '2s' },
      });
      assert.equal(result.outcome, 'passed', told(result));
      assert.equal(peer.talks[0]?.received, headers[version]);
    }
  });

  it('speak over a unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mailspec-'));
    try {
      const peer = await listen(smtpScript({ LHLO: '250 peer' }), { path: join(folder, 'lmtp.sock') });
      const result = await playSteps(
        '- expect: 220\n- send: LHLO client.example\n  expect: 250\n- send: QUIT\n  expect: 221',
        { server: peer.url('lmtp') },
      );
      assert.equal(result.outcome, 'passed', told(result));
      await peer.idle();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('speak with a program, where the configuration allows commands', async () => {
    const script =
      'printf "220 hello\\r\\n"; while read line; do case "$line" in QUIT*) printf "221 bye\\r\\n"; exit;; *) printf "250 %s\\r\\n" "$X"; esac; done';
    const server = { url: 'smtp+exec:', command: ['sh', '-c', script] };
    const result = await playSteps(
      '- expect: 220\n- send: NOOP\n  expect: 250\n- send: QUIT\n  expect: 221\n- expect: closed',
      { server, config: { allow: { commands: true } } },
    );
    assert.equal(result.outcome, 'passed', told(result));
    await assert.rejects(playSteps('- expect: 220', { server }), /not allowed|allow/i);
  });

  it('bear no more at once than max_connections', async () => {
    const peer = await listen(smtpScript());
    const { results, summary } = await play(
      `
      suite: Many
      server: it
      scenarios:
        - name: number \${n}
          each: { n: [1, 2, 3, 4, 5, 6, 7, 8] }
          dialogue:
            - expect: 220
            - send: NOOP
              expect: 250
            - close
            - expect: 220
      `,
      { servers: { it: { url: peer.url(), max_connections: 2 } } },
    );
    assert.equal(summary.exitStatus, 0, results.map(told).join('\n\n'));
    assert.equal(peer.talks.length, 16);
    assert.ok(peer.most <= 2, String(peer.most));
  });

  it('exclusive scenarios never run at the same time', async () => {
    const peer = await listen(smtpScript());
    let running = 0;
    let most = 0;
    const { summary } = await play(
      `
      suite: One mailbox
      server: it
      scenarios:
        - name: number \${n}
          each: { n: [1, 2, 3, 4] }
          exclusive: [inbox of alice]
          dialogue: [{ expect: 220 }, { send: NOOP, expect: 250 }]
      `,
      {
        servers: { it: peer.url() },
        onEvent: (event) => {
          if (event.type === 'begin') most = Math.max(most, ++running);
          if (event.type === 'scenario') running--;
        },
      },
    );
    assert.equal(summary.counts.passed, 4);
    assert.equal(most, 1);
  });

  it('can be told by a variable, by a captured one too', async () => {
    const target = await listen(smtpScript({ greeting: '220 found' }));
    const pointer = await listen(smtpScript({ NOOP: `250 go to 127.0.0.1 ${target.port}` }));
    const result = await playSteps(
      `
      - { on: pointer, expect: 220 }
      - on: pointer
        send: NOOP
        expect: 250
        capture: { host: "/to (\\\\S+)/", port: "/(\\\\d+)$/" }
      - { on: target, expect: 220 found }
      - on: target
        send: EHLO \${server.host}:\${server.port}
        expect: 250
      `,
      { servers: { p: pointer.url() }, scenario: { connections: { pointer: 'p', target: 'smtp://${host}:${port}' } } },
    );
    assert.equal(result.outcome, 'passed', told(result));
    assert.equal(target.talks[0]?.received, `EHLO 127.0.0.1:${target.port}\r\n`);
  });
});
