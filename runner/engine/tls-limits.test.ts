import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { shareOf } from '../../fixtures/testing/long.ts';
import { play, told } from '../../fixtures/testing/play.ts';
import { itSideBySide } from '../../fixtures/testing/side-by-side.ts';
import { createAuthority } from '../demo-server/certificates.ts';
import type { RunNote } from '../run-event.ts';
import { noteWords } from '../words/outcome.ts';

const many = 32;
/** The same where each one waits for what the server does unasked. */
const few = 3;
const said = '421 Too many concurrent SMTP connections from this IP address; please try again later.';

interface Manner {
  /** The most connections at once. */
  readonly most?: number;
  /** What it says to one more. */
  readonly farewell?: string;
  /** Refuses handshakes without TLS 1.3 by closing the connection after it has read the ClientHello. */
  readonly closes?: boolean;
  /** Never begins TLS: what it does instead. */
  readonly instead?: (socket: Socket) => void;
}

describe('a handshake that is refused without an alert', () => {
  /** Only for few handshakes at a time: the others would take so long that they are given up. */
  const together = itSideBySide(6);
  let secureContext: SecureContext;
  const servers: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];
  before(async () => {
    const { key, chain } = await (await createAuthority()).issue({ names: ['127.0.0.1'] });
    secureContext = createSecureContext({ key, cert: chain, minVersion: 'TLSv1.2' });
  });
  after(() => {
    for (const { server, sockets } of servers) {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });

  /** A server with TLS from the first octet, which refuses TLS 1.1 and older with an alert. */
  async function listen({ most = Number.POSITIVE_INFINITY, farewell, closes = false, instead }: Manner) {
    const sockets = new Set<Socket>();
    const serve = (socket: Socket) => {
      const secured = new TLSSocket(socket, { isServer: true, secureContext });
      secured.on('error', () => undefined);
      secured.once('secure', () => secured.write('220 mx.example\r\n'));
    };
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      if (sockets.size >= most) {
        socket.end(farewell === undefined ? '' : `${farewell}\r\n`);
        return;
      }
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      if (instead !== undefined) instead(socket);
      else if (!closes) serve(socket);
      else
        socket.once('readable', () => {
          const hello: Buffer = socket.read();
          if (!hello.includes(tls13)) socket.end();
          else {
            socket.unshift(hello);
            serve(socket);
          }
        });
    });
    servers.push({ server, sockets });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `smtps://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** The same handshake in many scenarios at once, with one expectation: the outcomes, and the notes of the run. */
  async function playMany(manner: Manner, options: string, expect: string, count = many) {
    const scenarios = Array.from(
      { length: count },
      (_, at) => `  - { name: "${at}", dialogue: [{ tls: { server: it, ${options} }, expect: ${expect} }] }\n`,
    );
    const { results, summary } = await play(`suite: S\nscenarios:\n${scenarios.join('')}`, {
      servers: { it: await listen(manner) },
      parallel: count,
    });
    return {
      outcomes: [...new Set(results.map(({ outcome }) => outcome))],
      texts: [...new Set(results.map((each) => told(each).split('\n*:', 1)[0]))].join('\n'),
      notes: (summary.notes ?? []).map((note: RunNote) => noteWords(note)),
    };
  }

  const limits: readonly (readonly [string, Manner])[] = [
    ['in plain text', { most: 2, farewell: said }],
    ['without a word', { most: 2 }],
  ];
  const tls12 = 'max: TLSv1.2';
  const tls11 = 'min: TLSv1.1, max: TLSv1.1';
  for (const [how, manner] of limits) {
    describe(`by a server at its limit of connections, ${how}`, () => {
      it('does not meet "refused" if the server accepts such handshakes', async () => {
        const { outcomes, texts } = await playMany(manner, tls12, 'refused');
        assert.deepEqual(outcomes, ['failed'], texts);
        assert.doesNotMatch(texts, /421|failed .* closed the connection/);
      });

      it('meets "accepted" in the end', async () => {
        const { outcomes, texts, notes } = await playMany(manner, tls12, 'accepted');
        assert.deepEqual(outcomes, ['passed'], texts);
        assert.match(notes.join('\n'), /limits connections|closes some connections|connections/);
      });

      it('meets "refused" if the server refuses such handshakes', async () => {
        const { outcomes, texts } = await playMany(manner, tls11, 'refused');
        assert.deepEqual(outcomes, ['passed'], texts);
      });

      it('does not meet "accepted" if the server refuses such handshakes', async () => {
        const { outcomes, texts } = await playMany(manner, tls11, 'accepted');
        assert.deepEqual(outcomes, ['failed'], texts);
        assert.doesNotMatch(texts, /421|failed .* closed the connection/);
      });
    });
  }

  it('meets "refused" if the server closes the connection whenever it reads such a handshake', async () => {
    const { outcomes, texts, notes } = await playMany({ closes: true }, tls12, 'refused');
    assert.deepEqual(outcomes, ['passed'], texts);
    assert.deepEqual(notes, []);
  });

  it('does not meet "accepted" if the server closes the connection whenever it reads such a handshake', async () => {
    const { outcomes, notes } = await playMany({ closes: true }, tls12, 'accepted');
    assert.deepEqual(outcomes, ['failed']);
    assert.deepEqual(notes, []);
  });

  for (const [how, manner] of limits) {
    together(`meets "refused" if such a server is at its limit as well, ${how}`, async () => {
      const { outcomes, texts } = await playMany({ ...manner, closes: true }, tls12, 'refused', few);
      assert.deepEqual(outcomes, ['passed'], texts);
    });

    together(`does not meet "refused" for other handshakes with it, ${how}`, async () => {
      const { outcomes, texts } = await playMany({ ...manner, closes: true }, 'min: TLSv1.3', 'refused', few);
      assert.deepEqual(outcomes, ['failed'], texts);
    });
  }

  const without: readonly (readonly [string, (socket: Socket) => void])[] = [
    ['greets in plain text', (socket) => void socket.write('220 mx.example\r\n')],
    ['closes every connection', (socket) => void socket.end()],
    ['closes every connection that sends something', (socket) => void socket.once('data', () => socket.end())],
    ['answers in plain text', (socket) => void socket.once('data', () => socket.end('500 What?\r\n'))],
    ['refuses every connection in plain text', (socket) => void socket.end('554 No service here\r\n')],
    ['speaks another protocol', (socket) => void socket.write('SSH-2.0-OpenSSH_9.2\r\n')],
  ];
  for (const [what, instead] of shareOf(without, { oneIn: 2, atLeast: 3 })) {
    together(`meets "refused" on a port without TLS: one that ${what}`, async () => {
      const { outcomes, texts, notes } = await playMany({ instead }, tls12, 'refused');
      assert.deepEqual(outcomes, ['passed'], texts);
      assert.deepEqual(notes, []);
    });

    together(`does not meet "accepted" on a port without TLS: one that ${what}`, async () => {
      const { outcomes, notes } = await playMany({ instead }, tls12, 'accepted');
      assert.deepEqual(outcomes, ['failed']);
      assert.deepEqual(notes, []);
    });
  }
});

/** The beginning of the extension "supported_versions" (RFC 8446 section 4.2.1), which only TLS 1.3 has. */
const tls13 = Buffer.from('002b00', 'hex');
