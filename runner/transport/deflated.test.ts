import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { constants, createDeflateRaw, createInflateRaw } from 'node:zlib';
import { listen } from '../demo-server/listener.ts';
import { connect } from './connect.ts';
import type { Transport } from './transport.ts';

const clock = () => performance.now();
const soon = () => clock() + 5000;

describe('compress()', () => {
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function opened(session: (socket: Socket) => void): Promise<{ transport: Transport; notes: unknown[] }> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      session(socket);
    });
    const port = await listen(server, { host: '127.0.0.1', port: 0 });
    const notes: unknown[] = [];
    const transport = await connect({
      address: { to: 'network', host: '127.0.0.1', port },
      deadline: soon(),
      signal: new AbortController().signal,
      clock,
      observer: { received: () => undefined, sent: () => undefined, note: (note) => notes.push(note) },
    });
    closers.push(
      () => transport.close(),
      () => void server.close(),
    );
    return { transport, notes };
  }

  async function readAll(transport: Transport): Promise<string> {
    let text = '';
    for (let octets = await transport.read(soon()); octets !== null; octets = await transport.read(soon()))
      text += octets.toString();
    return text;
  }

  it('makes every write readable at once, and reads what came early', async () => {
    const packed = createDeflateRaw();
    const { transport, notes } = await opened((socket) => {
      const unpacked = createInflateRaw();
      packed.on('data', (octets) => socket.write(octets));
      socket.pipe(unpacked).on('data', (octets) => {
        packed.write(`got ${octets}`);
        if (String(octets) === 'QUIT') packed.end(() => packed.once('end', () => socket.end()));
        else packed.flush(constants.Z_SYNC_FLUSH);
      });
      packed.write('early ');
      packed.flush(constants.Z_SYNC_FLUSH);
    });
    const early = await transport.read(soon());
    assert.ok(early);
    transport.compress(early);
    assert.equal(String(await transport.read(soon())), 'early ');
    await transport.write(Buffer.from('NOOP'), soon());
    assert.equal(String(await transport.read(soon())), 'got NOOP');
    await transport.write(Buffer.from('QUIT'), soon());
    assert.equal(await readAll(transport), 'got QUIT');
    assert.equal(transport.endedBy, 'FIN');
    assert.deepEqual(notes.slice(-2), ['compressed with DEFLATE from here on', 'closed by the server']);
  });

  it('ends where the server ends without an end of its data', async () => {
    const { transport } = await opened((socket) => {
      const packed = createDeflateRaw();
      packed.on('data', (octets) => socket.write(octets));
      socket.once('data', () => {
        packed.write('* BYE');
        packed.flush(constants.Z_SYNC_FLUSH, () => setImmediate(() => socket.end()));
      });
    });
    transport.compress(Buffer.alloc(0));
    await transport.write(Buffer.from('LOGOUT'), soon());
    assert.equal(await readAll(transport), '* BYE');
  });

  it('rejects with "data" what is not compressed', async () => {
    const { transport } = await opened((socket) => socket.once('data', () => socket.write('* OK still plain\r\n')));
    transport.compress(Buffer.alloc(0));
    await transport.write(Buffer.from('NOOP'), soon());
    await assert.rejects(readAll(transport), {
      kind: 'data',
      message: /^the server sent octets that are not compressed with DEFLATE: /,
    });
  });

  it('holds back a server that sends more than is read', async () => {
    let sent = 0;
    const { transport } = await opened((socket) => {
      const packed = createDeflateRaw({ level: 0 });
      packed.pipe(socket);
      const more = (): void => {
        while (sent < 200 && packed.write(Buffer.alloc(1024 * 1024))) sent++;
        if (sent < 200) packed.once('drain', more);
      };
      more();
    });
    transport.compress(Buffer.alloc(0));
    await transport.read(soon());
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.ok(sent < 100, `${sent} MiB were taken`);
    transport.reset();
  });
});
