import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { shortenTimers } from '../../fixtures/testing/fast-time.ts';
import { createAuthority } from '../demo-server/certificates.ts';
import { limits } from './limits.ts';
import { clock, open, readAll, readOctets, recorder, soon } from './peers.test.ts';
import type { ConnectOptions, Transport } from './transport.ts';

/** Runs a script with Node; `cwd` is a folder that always exists. */
function run(script: string, options: Partial<ConnectOptions> = {}): Promise<Transport> {
  return open(0, {
    address: { to: 'command', command: [process.execPath, '-e', script], cwd: tmpdir(), inherit: [] },
    ...options,
  });
}

/** Whether the process still exists. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Resolves once the process no longer exists: on a busy machine, one that was killed takes a moment. */
async function ended(pid: number): Promise<void> {
  while (lives(pid)) await new Promise(setImmediate);
}

const stubborn = `
  process.on('SIGTERM', () => {});
  process.stdout.write(String(process.pid) + '\\n');
  setInterval(() => {}, 1000);
`;

describe('connect() to a program', () => {
  it('talks through standard input and output, and notes its errors and its end', async () => {
    const observer = recorder();
    const transport = await run(
      `process.stderr.write('a warning\\nand more'); process.stdin.on('data', (d) => process.stdout.write('250 ' + d)).on('end', () => { process.exitCode = 3; });`,
      { observer },
    );
    await transport.write(Buffer.from('EHLO a\r\n'), soon());
    assert.equal(await readOctets(transport, 12), '250 EHLO a\r\n');
    assert.match(transport.facts.remote, / -e process\.stderr/);
    assert.equal(transport.facts.local, undefined);
    await transport.close();
    assert.deepEqual(
      observer.events.slice(1).sort(),
      [
        'C EHLO a\r\n',
        'S 250 EHLO a\r\n',
        '- stderr: a warning',
        '- stderr: and more',
        '- closed',
        '- program ended with status 3',
      ].sort(),
    );
  });

  it('gives it of our environment only what programs need, and what is listed', async () => {
    Object.assign(process.env, { PROGRAM_TEST_SECRET: 'hidden', PROGRAM_TEST_LISTED: 'seen' });
    try {
      const shows =
        'const { env } = process; console.log(typeof env.PATH, env.PROGRAM_TEST_SECRET, env.PROGRAM_TEST_LISTED)';
      const transport = await open(0, {
        address: {
          to: 'command',
          command: [process.execPath, '-e', shows],
          cwd: tmpdir(),
          inherit: ['PROGRAM_TEST_LISTED'],
        },
      });
      assert.equal(await readAll(transport), 'string undefined seen\n');
      await transport.close();
    } finally {
      delete process.env['PROGRAM_TEST_SECRET'];
      delete process.env['PROGRAM_TEST_LISTED'];
    }
  });

  it('sees its end, and rejects writes afterwards', async () => {
    const observer = recorder();
    const transport = await run(`process.stdout.write('421 bye\\r\\n')`, { observer });
    assert.equal(await readAll(transport), '421 bye\r\n');
    assert.equal(transport.ended, true);
    assert.ok(observer.events.includes('- closed by the server'));
    const end = clock() + 5000;
    const closed = async (): Promise<void> => {
      while (clock() < end) {
        await transport.write(Buffer.from('x'), soon());
        await new Promise(setImmediate);
      }
    };
    await assert.rejects(closed(), { kind: 'closed' });
    await transport.close();
  });

  it('rejects with "connect" when there is no such program or folder, or no command', async () => {
    const address = { to: 'command', command: ['no-such-program-anywhere'], cwd: tmpdir(), inherit: [] } as const;
    await assert.rejects(open(0, { address }), {
      kind: 'connect',
      message: /^Cannot start "no-such-program-anywhere": there is no such program/,
    });
    await assert.rejects(open(0, { address: { ...address, command: [] } }), { kind: 'connect' });
  });

  describe('close()', () => {
    shortenTimers(limits.programGrace, limits.programGrace / 5);

    it('kills one that does not end, in bounded time', async () => {
      const transport = await run(stubborn);
      const pid = Number(await transport.read(soon()));
      assert.ok(lives(pid));
      const begun = clock();
      await transport.close();
      assert.ok(clock() - begun < limits.closeGrace + 4 * limits.programGrace + 2000);
      await ended(pid);
    });
  });

  it('reset() and the abort signal kill it at once', async () => {
    for (const how of ['reset', 'abort'] as const) {
      const controller = new AbortController();
      const transport = await run(stubborn, { signal: controller.signal });
      const pid = Number(await transport.read(soon()));
      const reading = assert.rejects(transport.read(soon()), { kind: how === 'reset' ? 'closed' : 'aborted' });
      if (how === 'reset') transport.reset();
      else controller.abort();
      await reading;
      await transport.close();
      await ended(pid);
    }
  });

  it('notes only so much of its standard error', async () => {
    const observer = recorder();
    const transport = await run(
      `process.stderr.write('x'.repeat(${10 * limits.programErrors}) + '\\n' + 'y\\n'.repeat(100000))`,
      { observer },
    );
    assert.equal(await readAll(transport), '');
    await transport.close();
    const noted = observer.events.join('').length;
    assert.ok(noted < 3 * limits.programErrors, String(noted));
    assert.ok(observer.events.some((event) => /the rest is not shown$/.test(event)));
  });

  it('holds a flood that is not read', async () => {
    const transport = await run(
      `const b = Buffer.alloc(65536); const more = () => { while (process.stdout.write(b)); }; process.stdout.on('drain', more); more();`,
    );
    for (let still = 0, last = -1; still < 20; ) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const now = transport.lastReceived;
      still = now === last && now > 0 ? still + 1 : 0;
      last = now;
    }
    const held = transport.available().length;
    assert.ok(held <= limits.unread + 128 * 1024, String(held));
    transport.reset();
    await transport.close();
  });

  it('speaks TLS with one', async () => {
    const authority = await createAuthority();
    const { chain, key } = await authority.issue({ names: ['mail.example.test'] });
    const server = `
      const { Duplex } = require('node:stream');
      const plain = Duplex.from({ readable: process.stdin, writable: process.stdout });
      const socket = new (require('node:tls').TLSSocket)(plain, { isServer: true, cert: ${JSON.stringify(chain)}, key: ${JSON.stringify(key)} });
      socket.on('data', (octets) => socket.end('250 ' + octets));
    `;
    const transport = await run(server, { tls: { ca: Buffer.from(authority.cert), servername: 'mail.example.test' } });
    await transport.write(Buffer.from('EHLO a\r\n'), soon());
    assert.equal(await readOctets(transport, 12), '250 EHLO a\r\n');
    assert.equal(transport.facts.tls?.authorized, true);
    await transport.close();
  });
});
