import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { heeding } from './abort.ts';
import { limits } from './limits.ts';
import { clock, emptied, open, type Peer, readAll, readOctets, recorder, soon, startPeer } from './peers.test.ts';
import { type Transport, TransportError } from './transport.ts';

describe('connect()', () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function peer(serve: (socket: Socket) => void, options: Parameters<typeof startPeer>[1] = {}): Promise<Peer> {
    const started = await startPeer(serve, options);
    closers.push(() => started.close());
    return started;
  }

  describe('over the network', () => {
    it('talks, tells the observer everything in order, and knows both ends', async () => {
      const { port } = await peer((socket) => {
        socket.write('220 hello\r\n');
        socket.on('data', () => socket.end('221 bye\r\n'));
      });
      const observer = recorder();
      const transport = await open(port, { observer });
      assert.equal(await readOctets(transport, 11), '220 hello\r\n');
      const before = transport.lastSent;
      await transport.write(Buffer.from('QUIT\r\n'), soon());
      assert.ok(transport.lastSent > before);
      assert.equal(await readAll(transport), '221 bye\r\n');
      assert.ok(transport.lastReceived >= transport.lastSent);
      assert.equal(transport.ended, true);
      assert.equal(transport.facts.remote, `127.0.0.1:${port}`);
      assert.match(transport.facts.local ?? '', /^127\.0\.0\.1:\d+$/);
      await transport.close();
      assert.deepEqual(observer.events, [
        `- connected to 127.0.0.1:${port}`,
        'S 220 hello\r\n',
        'C QUIT\r\n',
        'S 221 bye\r\n',
        '- closed by the server',
      ]);
    });

    it('rejects with "refused" when nobody listens', async () => {
      const { port } = await startPeer(() => undefined).then(async (started) => {
        await started.close();
        return started;
      });
      await assert.rejects(open(port), {
        name: 'TransportError',
        kind: 'refused',
        system: 'ECONNREFUSED',
        message: `Cannot connect to "127.0.0.1:${port}": connection refused`,
      });
    });

    it('tries each address of a name', async () => {
      const { port } = await peer((socket) => socket.end('hello'), { host: '127.0.0.1' });
      const transport = await open(port, { address: { to: 'network', host: 'localhost', port } });
      assert.equal(await readAll(transport), 'hello');
      assert.equal(transport.facts.remote, `127.0.0.1:${port}`);
      await transport.close();
    });

    it('rejects with "name" for a name without an address, or without one of the family', async () => {
      const host = 'no-such-host.invalid'; // RFC 6761 section 6.4
      const address = { to: 'network', host, port: 25 } as const;
      await assert.rejects(open(25, { address }), {
        kind: 'name',
        message: /^Cannot find an address of "no-such-host.invalid": /,
      });
      await assert.rejects(open(25, { family: 6 }), {
        kind: 'name',
        message: 'Cannot connect to "127.0.0.1": it is not an IPv6 address',
      });
    });

    it('binds to the local address', async () => {
      const { port } = await peer((socket) => socket.end(`${socket.remoteAddress}`));
      const transport = await open(port, { localAddress: '127.0.0.9' });
      assert.equal(await readAll(transport), '127.0.0.9');
      await transport.close();
    });

    it('binds to the local port as well, which one connection can have', async () => {
      const { port } = await peer(() => undefined);
      const first = await open(port, { localAddress: '127.0.0.9:0' });
      const { local = '' } = first.facts;
      await assert.rejects(open(port, { localAddress: local }), {
        kind: 'connect',
        message: /the local (?:port is in use|address is not available)/,
      });
      first.reset();
      const own = await peer((socket) => socket.end(`${socket.remoteAddress}:${socket.remotePort}`));
      const again = await open(own.port, { localAddress: local });
      assert.equal(await readAll(again), local);
      await again.close();
    });

    it('rejects with "connect" for a local address that is not its own, or a port that is none', async () => {
      const { port } = await peer(() => undefined);
      await assert.rejects(open(port, { localAddress: '192.0.2.1' }), { kind: 'connect', system: 'EADDRNOTAVAIL' });
      await assert.rejects(open(port, { localAddress: 'mail.example' }), { kind: 'connect' });
      await assert.rejects(open(70_000), { kind: 'connect' });
    });

    it('times out while connecting when nobody answers', async () => {
      // A listener that never accepts: once its queue is full, the system leaves connections unanswered.
      const shared = new Int32Array(new SharedArrayBuffer(4));
      const worker = new Worker(
        `const { workerData, parentPort } = require('node:worker_threads');
        const server = require('node:net').createServer((socket) => socket.on('error', () => {}));
        server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
          parentPort.postMessage(server.address().port);
          setImmediate(() => Atomics.wait(workerData, 0, 0));
        });`,
        { eval: true, workerData: shared },
      );
      closers.push(() => {
        Atomics.notify(shared, 0);
        return worker.terminate();
      });
      const [port] = (await once(worker, 'message')) as [number];
      const opened: Transport[] = [];
      const error = await (async () => {
        for (let count = 0; count < 20; count++) opened.push(await open(port, { deadline: clock() + 200 }));
      })().catch((reason: unknown) => reason);
      for (const transport of opened) transport.reset();
      assert.ok(error instanceof TransportError);
      assert.equal(error.kind, 'timeout');
      assert.equal(error.during, 'connect');
      assert.equal(error.message, `Cannot connect to "127.0.0.1:${port}": no answer in time`);
    });

    it('opens a connection that the server resets at once, so that its end can be expected', async () => {
      const { port } = await peer((socket) => socket.resetAndDestroy());
      const observer = recorder();
      const transport = await open(port, { observer });
      assert.equal(await transport.read(soon()), null);
      assert.deepEqual(observer.events, [`- connected to 127.0.0.1:${port}`, '- reset by the server']);
      await transport.close();
    });
  });

  describe('over a unix socket', () => {
    let folder: string;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mailspec-'));
    });
    after(() => rm(folder, { recursive: true }));

    it('talks', async () => {
      const path = join(folder, 'lmtp.sock');
      await peer((socket) => socket.pipe(socket), { path });
      const observer = recorder();
      const transport = await open(0, { address: { to: 'unix', path }, observer });
      await transport.write(Buffer.from('LHLO a\r\n'), soon());
      assert.equal(await readOctets(transport, 8), 'LHLO a\r\n');
      assert.deepEqual(transport.facts, { remote: path });
      await transport.close();
      assert.deepEqual(observer.events, [`- connected to ${path}`, 'C LHLO a\r\n', 'S LHLO a\r\n', '- closed']);
    });

    it('says why it cannot connect', async () => {
      const path = join(folder, 'none.sock');
      await assert.rejects(open(0, { address: { to: 'unix', path } }), {
        kind: 'connect',
        message: `Cannot connect to "${path}": there is no such socket`,
      });
      const file = join(folder, 'file');
      await writeFile(file, '');
      await assert.rejects(open(0, { address: { to: 'unix', path: file } }), { kind: 'refused' });
    });
  });

  describe('with a PROXY header', () => {
    it('writes it before everything else, with its own ends or the given ones', async () => {
      const { port } = await peer((socket) => socket.on('data', (octets) => socket.end(octets)));
      const own = await open(port, { proxyProtocol: { version: 1 } });
      assert.equal(await readAll(own), `PROXY TCP4 127.0.0.1 127.0.0.1 ${own.facts.local?.split(':')[1]} ${port}\r\n`);
      const given = await open(port, {
        proxyProtocol: { version: 1, source: '192.0.2.7:1234', destination: '192.0.2.8' },
      });
      assert.equal(await readAll(given), `PROXY TCP4 192.0.2.7 192.0.2.8 1234 ${port}\r\n`);
      const octets = await open(port, { proxyProtocol: { version: 2, source: '2001:db8::7' } });
      assert.match(
        Buffer.from(await readAll(octets), 'latin1').toString('hex'),
        /^0d0a0d0a000d0a515549540a2121002420010db8.*00000000ffff7f000001/,
      );
      const local = await open(port, { proxyProtocol: { version: 2, command: 'LOCAL' } });
      assert.equal(Buffer.from(await readAll(local), 'latin1').toString('hex'), '0d0a0d0a000d0a515549540a20000000');
      const unknown = await open(port, { proxyProtocol: { version: 1, command: 'LOCAL' } });
      assert.equal(await readAll(unknown), 'PROXY UNKNOWN\r\n');
      await Promise.all([own.close(), given.close(), octets.close(), local.close(), unknown.close()]);
    });

    it('rejects with "connect" for an end that is no address, and leaves nothing open', async () => {
      const server = await peer((socket) => socket.resume());
      await assert.rejects(open(server.port, { proxyProtocol: { version: 1, source: 'mail.example' } }), {
        kind: 'connect',
        message: /^Cannot use "mail.example" in a PROXY header/,
      });
      await emptied(server);
    });
  });

  describe('read() and available()', () => {
    it('hold what came until it is read', async () => {
      const { port } = await peer((socket) => socket.end('a\r\nb\r\n'));
      const transport = await open(port);
      let seen = '';
      while (!transport.ended) {
        await new Promise(setImmediate);
        seen += transport.available().toString();
      }
      seen += transport.available().toString();
      assert.equal(seen, 'a\r\nb\r\n');
      assert.equal(transport.available().length, 0);
      assert.equal(await transport.read(soon()), null);
      assert.equal(await transport.read(soon()), null);
      await transport.close();
    });

    it('time out at their deadline, and go on afterwards', async () => {
      const { port } = await peer((socket) => socket.on('data', (octets) => socket.write(octets)));
      const transport = await open(port);
      const begun = clock();
      await assert.rejects(transport.read(begun + 40), { kind: 'timeout', during: 'read' });
      assert.ok(clock() - begun >= 39, String(clock() - begun));
      assert.equal(transport.ended, false);
      await transport.write(Buffer.from('x'), soon());
      assert.equal(await readOctets(transport, 1), 'x');
      // An earlier deadline than the previous one still counts.
      const again = clock();
      await assert.rejects(transport.read(again + 20), { kind: 'timeout' });
      assert.ok(clock() - again < 5000);
      await transport.close();
    });

    it('see one octet for each tick', async () => {
      const text = '250-mail.example\r\n250 OK\r\n';
      const { port } = await peer((socket) => {
        let at = 0;
        const next = (): void => {
          if (at === text.length) socket.end();
          else socket.write(text.charAt(at++), () => setImmediate(next));
        };
        next();
      });
      const transport = await open(port);
      assert.equal(await readAll(transport), text);
      await transport.close();
    });

    it('end with null when the server resets, which is noted', async () => {
      const server = await peer((socket) => {
        socket.write('220');
        socket.on('data', () => socket.resetAndDestroy());
      });
      const observer = recorder();
      const transport = await open(server.port, { observer });
      assert.equal(await readOctets(transport, 3), '220');
      await transport.write(Buffer.from('x'), soon());
      assert.equal(await transport.read(soon()), null);
      assert.equal(transport.ended, true);
      assert.equal(observer.events.at(-1), '- reset by the server');
      await assert.rejects(async () => transport.write(Buffer.from('x'), soon()), {
        kind: 'closed',
        message: /reset by the server/,
      });
      await transport.close();
    });

    it('refuse a second read at the same time', async () => {
      const { port } = await peer((socket) => socket.resume());
      const transport = await open(port);
      const first = transport.read(soon());
      await assert.rejects(transport.read(soon()), /a read is under way/);
      transport.reset();
      await assert.rejects(first, { kind: 'closed' });
    });
  });

  it('stops reading when a flood is not read, and goes on when it is', async () => {
    const total = 64 * 1024 * 1024;
    let written = 0;
    const server = await peer((socket) => {
      const piece = Buffer.alloc(64 * 1024, 'x');
      const more = (): void => {
        while (written < total) {
          written += piece.length;
          if (!socket.write(piece)) return;
        }
        socket.end();
      };
      socket.on('drain', more);
      more();
    });
    const transport = await open(server.port);
    // The flood has stopped once the server's own buffers are full and nothing moves for a while.
    const [socket] = server.sockets;
    for (let still = 0, last = -1; still < 20; ) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const now = socket?.bytesWritten ?? 0;
      still = now === last ? still + 1 : 0;
      last = now;
    }
    assert.ok(written < total);
    const held = transport.available().length;
    assert.ok(held > 0 && held <= limits.unread + 128 * 1024, String(held));
    let rest = held;
    for (let octets = await transport.read(soon()); octets !== null; octets = await transport.read(soon()))
      rest += octets.length;
    assert.equal(rest, total);
    await transport.close();
  });

  describe('write()', () => {
    it('times out when the server does not take the octets', async () => {
      const server = await peer((socket) => socket.pause());
      const transport = await open(server.port);
      await assert.rejects(async () => transport.write(Buffer.alloc(64 * 1024 * 1024), clock() + 50), {
        kind: 'timeout',
        during: 'write',
      });
      transport.reset();
      await server.close();
      closers.pop();
    });

    it('resolves for a large message when the server has taken nearly all of it', async () => {
      let received = 0;
      const server = await peer((socket) => {
        socket.on('data', (octets) => {
          received += octets.length;
        });
        socket.on('end', () => socket.end());
      });
      const transport = await open(server.port);
      await transport.write(Buffer.alloc(16 * 1024 * 1024), soon());
      await transport.close();
      assert.equal(received, 16 * 1024 * 1024);
    });

    it('still writes after the server has ended its side', async () => {
      let heard = '';
      const server = await peer(
        (socket) => {
          socket.end('221 bye\r\n');
          socket.on('data', (octets) => {
            heard += octets.toString();
          });
        },
        { halfOpen: true },
      );
      const transport = await open(server.port);
      assert.equal(await readAll(transport), '221 bye\r\n');
      await transport.write(Buffer.from('NOOP\r\n'), soon());
      await transport.close();
      await emptied(server);
      assert.equal(heard, 'NOOP\r\n');
    });

    it('rejects with "closed" when the server is gone', async () => {
      const server = await peer((socket) => socket.resetAndDestroy());
      const transport = await open(server.port);
      assert.equal(await transport.read(soon()), null);
      await assert.rejects(async () => transport.write(Buffer.from('x'), soon()), { kind: 'closed' });
      await transport.close();
      await assert.rejects(async () => transport.write(Buffer.from('x'), soon()), { kind: 'closed' });
    });

    it('rejects with "closed" when the server resets during a write', async () => {
      const server = await peer((socket) => {
        socket.pause();
        setImmediate(() => socket.resetAndDestroy());
      });
      const transport = await open(server.port);
      await assert.rejects(async () => transport.write(Buffer.alloc(64 * 1024 * 1024), soon()), { kind: 'closed' });
      assert.equal(await transport.read(soon()), null);
      await transport.close();
    });
  });

  describe('close() and reset()', () => {
    it('send FIN, and what the server still says is thrown away', async () => {
      let error: unknown;
      const server = await peer(
        (socket) => {
          socket.on('error', (cause) => {
            error = cause;
          });
          socket.resume();
          socket.on('end', () => socket.end('late words'));
        },
        { halfOpen: true },
      );
      const observer = recorder();
      const transport = await open(server.port, { observer });
      await transport.close();
      await transport.close();
      await emptied(server);
      assert.equal(error, undefined);
      assert.deepEqual(observer.events.slice(1), ['- closed', 'S late words']);
    });

    it('end in bounded time when the server does not', async () => {
      const server = await peer((socket) => socket.resume(), { halfOpen: true });
      const transport = await open(server.port);
      const begun = clock();
      await transport.close();
      assert.ok(clock() - begun < 5000);
    });

    it('end a flood that nobody reads', async () => {
      const server = await peer((socket) => {
        const piece = Buffer.alloc(64 * 1024);
        const more = (): void => {
          while (socket.writable && socket.write(piece));
        };
        socket.on('drain', more);
        more();
      });
      const transport = await open(server.port);
      await transport.close();
      await emptied(server);
    });

    it('reject what is under way', async () => {
      const server = await peer((socket) => socket.resume());
      const transport = await open(server.port);
      const reading = assert.rejects(transport.read(soon()), { kind: 'closed' });
      await transport.close();
      await reading;
    });

    it('reset() sends RST', async () => {
      const errors: unknown[] = [];
      const server = await peer((socket) => {
        socket.resume();
        socket.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code));
      });
      const transport = await open(server.port);
      while (server.sockets.size === 0) await new Promise(setImmediate);
      transport.reset();
      transport.reset();
      await emptied(server);
      assert.deepEqual(errors, ['ECONNRESET']);
      await assert.rejects(async () => transport.write(Buffer.from('x'), soon()), { kind: 'closed' });
      await transport.close();
    });
  });

  describe('the abort signal', () => {
    const reason = new Error('interrupted');

    async function aborted(
      act: (transport: Transport) => Promise<unknown>,
      serve: (socket: Socket) => void,
    ): Promise<void> {
      const server = await peer(serve);
      const controller = new AbortController();
      const transport = await open(server.port, { signal: controller.signal });
      const doing = assert.rejects(act(transport), { kind: 'aborted', cause: reason });
      controller.abort(reason);
      await doing;
      for (const socket of server.sockets) socket.resume();
      await emptied(server);
      assert.equal(transport.ended, true);
      await assert.rejects(transport.read(soon()), { kind: 'aborted' });
      await assert.rejects(async () => transport.write(Buffer.from('x'), soon()), { kind: 'aborted' });
      await transport.close();
    }

    it('ends a read', () =>
      aborted(
        (transport) => transport.read(soon()),
        (socket) => socket.resume(),
      ));
    it('ends a write', () =>
      aborted(
        async (transport) => transport.write(Buffer.alloc(64 * 1024 * 1024), soon()),
        (socket) => socket.pause(),
      ));
    it('ends a handshake', () =>
      aborted(
        (transport) => transport.handshake({}, soon()),
        (socket) => socket.resume(),
      ));

    it('ends an idle connection', async () => {
      const server = await peer((socket) => socket.resume());
      const controller = new AbortController();
      await open(server.port, { signal: controller.signal });
      controller.abort(reason);
      await emptied(server);
    });

    it('ends a close', async () => {
      const server = await peer((socket) => socket.resume(), { halfOpen: true });
      const controller = new AbortController();
      const transport = await open(server.port, { signal: controller.signal });
      const begun = clock();
      const closing = transport.close();
      controller.abort(reason);
      await closing;
      assert.ok(clock() - begun < limits.closeGrace);
    });

    it('ends connecting, and is heeded when it came before', async () => {
      const { port } = await peer((socket) => socket.resume());
      const controller = new AbortController();
      const connecting = assert.rejects(
        open(port, { address: { to: 'network', host: 'localhost', port }, signal: controller.signal }),
        { kind: 'aborted', cause: reason },
      );
      controller.abort(reason);
      await connecting;
      await assert.rejects(open(port, { signal: controller.signal }), { kind: 'aborted' });
      const implicit = { signal: controller.signal, tls: {} };
      await assert.rejects(open(port, implicit), { kind: 'aborted' });
    });

    it('is heeded by any number of connections, and leaves nothing behind when they end', async () => {
      const { port } = await peer((socket) => socket.resume());
      const controller = new AbortController();
      const { signal } = controller;
      let warned: unknown;
      const onWarning = (warning: unknown): void => {
        warned = warning;
      };
      process.on('warning', onWarning);
      const transports = await Promise.all(Array.from({ length: 20 }, () => open(port, { signal })));
      assert.equal(heeding(signal), 20);
      await transports[0]?.close();
      assert.equal(heeding(signal), 19);
      controller.abort();
      for (const transport of transports) await transport.close();
      assert.equal(heeding(signal), 0);
      process.off('warning', onWarning);
      assert.equal(warned, undefined);
    });
  });

  it('leaves nothing that keeps the process running', async () => {
    const { port } = await peer((socket) => socket.end('x'));
    const counted = () => process.getActiveResourcesInfo().filter((what) => what === 'Timeout').length;
    const timers = counted();
    const transport = await open(port);
    assert.equal(await readAll(transport), 'x');
    await transport.close();
    assert.equal(counted(), timers);
  });
});
