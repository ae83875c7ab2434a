import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { constants, createDeflateRaw, createInflateRaw } from 'node:zlib';
import { createAuthority } from '../demo-server/certificates.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { protocols } from '../protocol/protocols.ts';
import { startPeer } from '../transport/peers.test.ts';
import { secureContextFor } from '../transport/secure-context.ts';
import { type ProxySession, startProxy } from './proxy.ts';

describe('startProxy()', () => {
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  const identity = createAuthority().then((authority) => authority.issue({ names: ['localhost'] }));

  /** A proxy for a server that handles connections with `serve`, and the first session that it reports. */
  async function proxy(serve: (socket: Socket) => void, protocol: Protocol = protocols.smtp) {
    const peer = await startPeer(serve, { halfOpen: true });
    const { key, chain } = await identity;
    const ended = new AbortController();
    let tell: (session: ProxySession) => void = () => undefined;
    const session = new Promise<ProxySession>((resolve) => {
      tell = resolve;
    });
    const { port, closed } = await startProxy({
      ...{ host: '127.0.0.1', port: 0, implicitTls: false, protocol, tls: { verify: false }, signal: ended.signal },
      upstream: { address: { to: 'network', host: '127.0.0.1', port: peer.port } },
      secureContext: secureContextFor({ key: Buffer.from(key), cert: Buffer.from(chain) }),
      clock: () => performance.now(),
      onSession: async (each) => tell(each),
    });
    closers.push(
      () => peer.close(),
      () => closed,
      () => ended.abort(),
    );
    return { session, client: () => connect({ port, host: '127.0.0.1', allowHalfOpen: true }) };
  }

  /** Writes octets, and waits for a reply with this end. */
  async function say(socket: Socket | TLSSocket, octets: string, reply: string): Promise<void> {
    let received = '';
    if (octets !== '') socket.write(octets);
    while (!received.endsWith(reply)) {
      const [came] = (await once(socket, 'data')) as [Buffer];
      received += came.toString('latin1');
    }
  }

  const texts = ({ lines }: ProxySession) => lines.map(({ entry }) => ('text' in entry ? entry.text : entry.kind));

  /** A server that replies to each line, and to STARTTLS by starting TLS. */
  const answering = (key: string, chain: string) => (socket: Socket | TLSSocket) => {
    const onData = (octets: Buffer) => {
      for (const line of octets.toString().split('\r\n').slice(0, -1)) {
        socket.write(line === 'STARTTLS' ? '220 go on\r\n' : `250 ${line}\r\n`);
        if (line !== 'STARTTLS') continue;
        socket.off('data', onData);
        const secured = new TLSSocket(socket, { isServer: true, key, cert: chain });
        secured.on('error', () => undefined);
        secured.on('data', (octets: Buffer) => secured.write(`250 secret ${octets.toString()}`));
        secured.on('end', () => socket.destroy());
      }
    };
    socket.write('220 ready\r\n');
    socket.on('data', onData);
    socket.on('end', () => socket.end());
  };

  it('passes on what the server says to a client that has ended its side', async () => {
    const { session, client } = await proxy((socket) => {
      const received: Buffer[] = [];
      socket.on('data', (octets: Buffer) => received.push(octets));
      socket.on('end', () => socket.end(`221 ${Buffer.concat(received)}`));
    });
    const socket = client();
    const said = once(socket, 'data');
    socket.end('QUIT\r\n');
    assert.equal(String((await said)[0]), '221 QUIT\r\n');
    socket.destroy();
    assert.deepEqual(texts(await session), ['QUIT', 'left', '221 QUIT']);
  });

  it('takes a command of STARTTLS within a message for a line of it', async () => {
    const { session, client } = await proxy((socket) => {
      socket.write('220 ready\r\n');
      socket.on('data', (octets: Buffer) => socket.write(`250 ${octets.toString()}`));
      socket.on('end', () => socket.end());
    });
    const socket = client();
    await say(socket, '', '220 ready\r\n');
    await say(socket, 'STARTTLS\r\n', '250 STARTTLS\r\n');
    await say(socket, '.\r\n', '250 .\r\n');
    socket.end();
    assert.deepEqual(texts(await session), ['220 ready', 'STARTTLS', '250 STARTTLS', '.', '250 .', 'left']);
  });

  it('notes what is said after COMPRESS, and passes it on compressed', async () => {
    const compressed = (socket: Socket) => {
      const deflate = createDeflateRaw({ flush: constants.Z_SYNC_FLUSH }).on('data', (octets) => socket.write(octets));
      const inflate = createInflateRaw();
      return { write: (text: string) => void deflate.write(text), inflate };
    };
    const { session, client } = await proxy((socket) => {
      socket.write('* OK ready\r\n');
      socket.once('data', () => {
        socket.write('a OK go on\r\n');
        const { write, inflate } = compressed(socket);
        socket.on('data', (octets: Buffer) => inflate.write(octets));
        socket.on('end', () => socket.end());
        inflate.on('data', (octets: Buffer) => write(`* heard ${octets}b OK ${'long '.repeat(9000)}done\r\n`));
      });
    }, protocols.imap);
    const socket = client();
    await say(socket, '', '* OK ready\r\n');
    await say(socket, 'a COMPRESS DEFLATE\r\n', 'a OK go on\r\n');
    const { write, inflate } = compressed(socket);
    let heard = '';
    socket.on('data', (octets: Buffer) => inflate.write(octets));
    write('b NOOP\r\n');
    while (!heard.endsWith('done\r\n')) heard += String((await once(inflate, 'data'))[0]);
    socket.end();
    const said = texts(await session);
    const last = said[5] ?? '';
    const first = ['* OK ready', 'a COMPRESS DEFLATE', 'a OK go on', 'b NOOP', '* heard b NOOP'];
    assert.deepEqual([...said.slice(0, 5), last.length, ...said.slice(6)], [...first, 45_009, 'left']);
  });

  it('begins TLS after a command that was sent together with others', async () => {
    const { key, chain } = await identity;
    const { session, client } = await proxy(answering(key, chain));
    const socket = client();
    await say(socket, '', '220 ready\r\n');
    await say(socket, 'EHLO a\r\nSTARTTLS\r\n', '220 go on\r\n');
    const secured = connectTls({ socket, rejectUnauthorized: false });
    await once(secured, 'secureConnect');
    await say(secured, 'EHLO b\r\n', '250 secret EHLO b\r\n');
    secured.end();
    const entries = [
      '220 ready',
      'EHLO a',
      'STARTTLS',
      '250 EHLO a',
      '220 go on',
      'tls',
      'EHLO b',
      '250 secret EHLO b',
    ];
    assert.deepEqual(texts(await session), [...entries, 'left']);
  });

  it('ends a session whose client leaves within the handshake', async () => {
    const { key, chain } = await identity;
    const { session, client } = await proxy(answering(key, chain));
    const socket = client();
    await say(socket, '', '220 ready\r\n');
    await say(socket, 'STARTTLS\r\n', '220 go on\r\n');
    // The beginning of a ClientHello.
    socket.end(Buffer.from('16030100f8010000f403', 'hex'));
    assert.equal((await session).trouble, 'no TLS with the client: the client closed the connection');
    socket.destroy();
  });
});
