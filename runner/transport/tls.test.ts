import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { createConnection, type Socket } from 'node:net';
import { TLSSocket, type TlsOptions } from 'node:tls';
import { type Authority, createAuthority, type Issued } from '../demo-server/certificates.ts';
import { clock, emptied, open, type Peer, readAll, readOctets, recorder, soon, startPeer } from './peers.test.ts';
import type { ConnectOptions, HandshakeOptions, Transport, TransportError } from './transport.ts';

const day = 86_400_000;
const name = 'mail.example.test';

describe('Transport.handshake()', () => {
  let authority: Authority;
  let good: Issued;
  let ca: Buffer;
  const closers: (() => Promise<unknown>)[] = [];

  before(async () => {
    authority = await createAuthority({ name: 'Test root' });
    good = await authority.issue({ names: [name, '127.0.0.1'] });
    ca = Buffer.from(authority.cert);
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function peer(serve: (socket: Socket) => void): Promise<Peer> {
    const started = await startPeer(serve);
    closers.push(() => started.close());
    return started;
  }

  /** A server that begins TLS once the client has sent a line, and then calls `serve`. */
  function starttlsPeer(
    options: TlsOptions & { readonly issued?: Issued },
    serve: (socket: TLSSocket) => void,
    announce = '220 go\r\n',
  ): Promise<Peer> {
    return peer((socket) => {
      socket.once('data', () => {
        socket.write(announce);
        secure(socket, options, serve);
      });
    });
  }

  function secure(
    socket: Socket,
    { issued = good, ...options }: TlsOptions & { readonly issued?: Issued },
    serve: (socket: TLSSocket) => void,
  ): void {
    const secured = new TLSSocket(socket, { isServer: true, cert: issued.chain, key: issued.key, ...options });
    secured.on('error', () => undefined);
    serve(secured);
  }

  async function starttls(
    server: Peer,
    options: HandshakeOptions,
    connect: Partial<ConnectOptions> = {},
  ): Promise<Transport> {
    const transport = await open(server.port, connect);
    await transport.write(Buffer.from('STARTTLS\r\n'), soon());
    assert.equal(await readOctets(transport, 8), '220 go\r\n');
    try {
      await transport.handshake({ ca, servername: name, ...options }, soon());
    } catch (error) {
      transport.reset();
      throw error;
    }
    return transport;
  }

  async function failure(server: Peer, options: HandshakeOptions = {}): Promise<TransportError> {
    const observer = recorder();
    const error = await starttls(server, options, { observer }).then(
      () => assert.fail('the handshake succeeded'),
      (reason: TransportError) => reason,
    );
    assert.equal(observer.events.at(-1), `- ${error.message}`);
    await emptied(server);
    return error;
  }

  it('secures a connection in mid-stream, and says what was agreed on', async () => {
    const server = await starttlsPeer({ ALPNProtocols: ['smtp'] }, (socket) => {
      socket.on('data', (octets) => socket.end(`250 ${octets}`));
    });
    const observer = recorder();
    const transport = await starttls(server, { alpn: ['smtp', 'other'] }, { observer });
    await transport.write(Buffer.from('EHLO a\r\n'), soon());
    assert.equal(await readAll(transport), '250 EHLO a\r\n');
    const { tls } = transport.facts;
    assert.ok(tls !== undefined);
    assert.equal(tls.protocol, 'TLSv1.3');
    assert.match(tls.cipher, /^TLS_/);
    assert.equal(tls.servername, name);
    assert.equal(tls.alpn, 'smtp');
    assert.equal(tls.authorized, true);
    assert.equal(tls.authorizationError, undefined);
    const certificate = new X509Certificate(good.cert);
    assert.deepEqual(tls.chain, [
      {
        subject: `CN=${name}`,
        issuer: 'CN=Test root',
        serial: certificate.serialNumber,
        altNames: [name, '127.0.0.1'],
        validFrom: Date.parse(certificate.validFrom),
        validTo: Date.parse(certificate.validTo),
        key: 'EC P-256',
        fingerprint256: certificate.fingerprint256,
        raw: certificate.raw,
      },
    ]);
    await transport.close();
    const until = new Date(certificate.validTo).toISOString().slice(0, 10);
    assert.deepEqual(observer.events.slice(1), [
      'C STARTTLS\r\n',
      'S 220 go\r\n',
      `- TLSv1.3 ${tls.cipher}, certificate ${name} until ${until}`,
      'C EHLO a\r\n',
      'S 250 EHLO a\r\n',
      '- closed by the server',
    ]);
  });

  it('makes the channel bindings that the server makes', async () => {
    for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
      const server = await starttlsPeer({ maxVersion }, (socket) => {
        socket.on('data', () => {
          socket.end(socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0)).toString('hex'));
        });
      });
      const transport = await starttls(server, {});
      const ours = transport.facts.tls?.exporter().toString('hex');
      await transport.write(Buffer.from('x'), soon());
      assert.equal(await readAll(transport), ours);
      assert.deepEqual(
        transport.facts.tls?.endPoint(),
        createHash('sha256').update(new X509Certificate(good.cert).raw).digest(),
      );
      await transport.close();
    }
  });

  it("loses nothing of what comes right behind the server's handshake", async () => {
    for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
      const server = await starttlsPeer({ maxVersion }, (socket) => {
        // A TLS 1.3 server may send data with its first flight: RFC 8446 section 2.
        socket.end(`first words ${'x'.repeat(100_000)}`);
      });
      const transport = await starttls(server, {});
      const all = await readAll(transport);
      assert.equal(all.length, 100_012);
      assert.ok(all.startsWith('first words x'));
      await transport.close();
    }
  });

  it('is refused while plain text lies unread, which stays readable', async () => {
    const server = await starttlsPeer({}, () => undefined, '220 go\r\n250 injected\r\n');
    const transport = await open(server.port);
    await transport.write(Buffer.from('STARTTLS\r\n'), soon());
    while (transport.lastReceived < transport.lastSent) await new Promise(setImmediate);
    await assert.rejects(transport.handshake({ ca }, soon()), {
      kind: 'handshake',
      message: 'Cannot start TLS: 22 octets of plain text are unread',
    });
    assert.equal(transport.available().toString(), '220 go\r\n250 injected\r\n');
    assert.equal(transport.ended, false);
    transport.reset();
  });

  it('secures from the first octet, behind a PROXY header', async () => {
    let header = '';
    const server = await peer((socket) => {
      socket.once('readable', () => {
        header = socket.read(`PROXY TCP4 192.0.2.7 127.0.0.1 1 ${server.port}\r\n`.length)?.toString();
        secure(socket, {}, (secured) => secured.end('220 hello'));
      });
    });
    const transport = await open(server.port, {
      tls: { ca, servername: name },
      proxyProtocol: { version: 1, source: '192.0.2.7:1' },
    });
    assert.equal(await readAll(transport), '220 hello');
    assert.equal(header, `PROXY TCP4 192.0.2.7 127.0.0.1 1 ${server.port}\r\n`);
    await transport.close();
  });

  it('verifies another name than the one it asks for', async () => {
    let asked: unknown;
    const server = await peer((socket) => {
      const SNICallback: TlsOptions['SNICallback'] = (servername, done) => {
        asked = servername;
        done(null);
      };
      secure(socket, { SNICallback }, () => undefined);
    });
    const tls = { ca, servername: 'sni.example.test' };
    const transport = await open(server.port, { tls: { ...tls, verifyName: name } });
    closers.push(() => transport.close());
    assert.equal(transport.facts.tls?.authorized, true);
    assert.equal(asked, 'sni.example.test');
    for (const verifyName of [undefined, 'else.example.test'])
      await assert.rejects(open(server.port, { tls: { ...tls, ...(verifyName && { verifyName }) } }), {
        kind: 'certificate',
      });
  });

  it('asks for no IP address by SNI, and finds it in the certificate', async () => {
    let asked: string | undefined | false;
    const server = await starttlsPeer({}, (socket) =>
      socket.on('secure', () => {
        asked = (socket as { servername?: string | false }).servername;
      }),
    );
    for (const options of [{ servername: '127.0.0.1' }, { servername: '' }]) {
      const transport = await starttls(server, options);
      assert.equal(transport.facts.tls?.servername, undefined);
      assert.equal(transport.facts.tls?.authorized, true);
      assert.ok(!asked);
      transport.reset();
    }
  });

  it('shows the chain as the server sent it', async () => {
    const middle = await authority.intermediate({ name: 'Test intermediate' });
    const issued = await middle.issue({ names: [name] });
    const transport = await starttls(await starttlsPeer({ issued }, () => undefined), {});
    assert.deepEqual(
      transport.facts.tls?.chain.map((each) => each.subject),
      [`CN=${name}`, 'CN=Test intermediate'],
    );
    transport.reset();
  });

  describe('with a certificate that is not to be trusted', () => {
    const expiredOn = new Date(Date.now() - 12.5 * day);
    const bad: readonly (readonly [string, () => Promise<Issued>, string, RegExp, HandshakeOptions?])[] = [
      [
        'expired',
        () => authority.issue({ names: [name], notBefore: new Date(Date.now() - 90 * day), notAfter: expiredOn }),
        'CERT_HAS_EXPIRED',
        new RegExp(`: it expired on ${expiredOn.toISOString().slice(0, 10)}, 12 days ago$`),
      ],
      [
        'not yet valid',
        () => authority.issue({ names: [name], notBefore: new Date(Date.now() + day) }),
        'CERT_NOT_YET_VALID',
        /: it is not valid before \d{4}-\d\d-\d\d$/,
      ],
      [
        'of another name',
        () => authority.issue({ names: ['other.example.test', '192.0.2.1'] }),
        'ERR_TLS_CERT_ALTNAME_INVALID',
        /: the name "mail.example.test" does not match: it is for "other.example.test", "192.0.2.1"$/,
      ],
      [
        'self-signed',
        () => authority.issue({ names: [name], selfSigned: true }),
        'DEPTH_ZERO_SELF_SIGNED_CERT',
        /: it is self-signed, and not itself trusted$/,
      ],
      [
        'without its intermediate',
        async () => {
          const issued = await (await authority.intermediate({ name: 'Middle' })).issue({ names: [name] });
          return { ...issued, chain: issued.cert };
        },
        'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        /: the issuer "CN=Middle" is unknown: the server did not send the intermediate certificate, or the CA is not trusted$/,
      ],
      [
        'of an unknown root that it sent along',
        async () => {
          const unknown = await createAuthority({ name: 'Unknown root' });
          const issued = await unknown.issue({ names: [name] });
          return { ...issued, chain: issued.chain + unknown.cert };
        },
        'SELF_SIGNED_CERT_IN_CHAIN',
        /: its chain ends in the self-signed "Unknown root", which is not trusted$/,
      ],
      [
        "that is a client's",
        () => authority.issue({ names: [name], client: true }),
        'INVALID_PURPOSE',
        /: it is not meant for a server/,
      ],
      [
        'with a short key',
        () => authority.issue({ names: [name], key: 'RSA 1024' }),
        'UNSPECIFIED',
        /: EE certificate key too weak \(its key is RSA 1024\)$/,
        { ciphers: 'DEFAULT:@SECLEVEL=2' },
      ],
    ];
    for (const [what, issue, code, message, options] of bad) {
      it(`rejects one ${what}, with its facts`, async () => {
        const server = await starttlsPeer({ issued: await issue(), ciphers: 'DEFAULT:@SECLEVEL=0' }, () => undefined);
        const error = await failure(server, options);
        assert.equal(error.kind, 'certificate');
        assert.equal(error.system, code);
        assert.match(error.message, /^Cannot trust the server's certificate: /);
        assert.match(error.message, message);
        assert.equal(error.tls?.authorized, false);
        assert.equal(error.tls?.authorizationCode, code);
        assert.ok(error.message.endsWith(error.tls?.authorizationError ?? '?'));
        assert.ok((error.tls?.chain.length ?? 0) > 0);
      });

      it(`accepts one ${what} without verification, and says what is wrong`, async () => {
        const server = await starttlsPeer({ issued: await issue(), ciphers: 'DEFAULT:@SECLEVEL=0' }, (socket) =>
          socket.end('hello'),
        );
        const observer = recorder();
        const transport = await starttls(server, { ...options, verify: false }, { observer });
        assert.equal(await readAll(transport), 'hello');
        assert.equal(transport.facts.tls?.authorized, false);
        assert.match(transport.facts.tls?.authorizationError ?? '', new RegExp(message.source.slice(2)));
        assert.match(observer.events.find((event) => event.startsWith('- TLSv1.3')) ?? '', /, not trusted: /);
        await transport.close();
      });
    }

    it("judges against the system's roots where no CA is named", async () => {
      const server = await starttlsPeer({}, () => undefined);
      const transport = await open(server.port);
      await transport.write(Buffer.from('STARTTLS\r\n'), soon());
      await readOctets(transport, 8);
      await assert.rejects(transport.handshake({ servername: name }, soon()), {
        kind: 'certificate',
        system: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      });
    });

    it('rejects connect(), with the facts, and leaves nothing open', async () => {
      const server = await peer((socket) => secure(socket, {}, () => undefined));
      await assert.rejects(
        open(server.port, { tls: { ca, servername: 'else.example.test' } }),
        (error: TransportError) => {
          assert.equal(error.kind, 'certificate');
          assert.equal(error.tls?.chain[0]?.subject, `CN=${name}`);
          return true;
        },
      );
      await emptied(server);
    });
  });

  describe('with versions and ciphers', () => {
    it('offers TLS 1.0 where it is the minimum, and not to others', async () => {
      const server = await starttlsPeer(
        { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' },
        (socket) => socket.end('old'),
      );
      for (const options of [{ min: 'TLSv1' }, { max: 'TLSv1' }] as const) {
        const transport = await starttls(server, options);
        assert.equal(transport.facts.tls?.protocol, 'TLSv1');
        assert.equal(await readAll(transport), 'old');
        await transport.close();
      }
      const error = await failure(server);
      // Node's server does not always send its alert before it closes.
      assert.match(error.message, /TLS version|the server closed the connection/);
    });

    it('stops at the maximum, and speaks the cipher asked for', async () => {
      const server = await starttlsPeer({}, () => undefined);
      const transport = await starttls(server, { max: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' });
      assert.equal(transport.facts.tls?.protocol, 'TLSv1.2');
      assert.equal(transport.facts.tls?.cipher, 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
      transport.reset();
    });

    it('says so when the server takes no cipher', async () => {
      const server = await starttlsPeer(
        { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
        () => undefined,
      );
      const error = await failure(server, { ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384', max: 'TLSv1.2' });
      assert.equal(error.kind, 'handshake');
      assert.match(error.message, /no cipher, signature or key exchange in common/);
    });

    it('rejects options that contradict each other or cannot be used with "connect"', async () => {
      const server = await starttlsPeer({}, () => undefined);
      for (const options of [
        { min: 'TLSv1.3', max: 'TLSv1.2' },
        { ciphers: 'NO-SUCH-CIPHER', max: 'TLSv1.2' },
        { cert: Buffer.from('nonsense') },
      ] as const) {
        await assert.rejects(starttls(server, options), { kind: 'connect', message: /^Cannot use the TLS options: / });
      }
    });
  });

  describe('with a client certificate', () => {
    let client: Issued;
    before(async () => {
      client = await authority.issue({ names: ['alice'], client: true });
    });
    const strict = (maxVersion: 'TLSv1.2' | 'TLSv1.3'): TlsOptions => ({
      requestCert: true,
      rejectUnauthorized: true,
      ca: authority.cert,
      maxVersion,
    });

    it('presents it', async () => {
      const server = await starttlsPeer(strict('TLSv1.3'), (socket) => {
        socket.on('secure', () => socket.end(String(socket.getPeerCertificate().subject.CN)));
      });
      const transport = await starttls(server, { cert: Buffer.from(client.chain), key: Buffer.from(client.key) });
      assert.equal(await readAll(transport), 'alice');
      await transport.close();
    });

    it('fails the handshake (TLS 1.2) or the next read (TLS 1.3) when the server misses it', async () => {
      const old = await failure(await starttlsPeer(strict('TLSv1.2'), () => undefined));
      assert.equal(old.kind, 'handshake');
      assert.match(old.message, /client certificate/);
      const transport = await starttls(await starttlsPeer(strict('TLSv1.3'), () => undefined), {});
      await assert.rejects(transport.read(soon()), {
        kind: 'handshake',
        message: /TLS ended with an error: the server wants a client certificate/,
      });
      assert.equal(await transport.read(soon()), null);
      await transport.close();
    });
  });

  describe('with a hostile server', () => {
    const starting = (serve: (socket: Socket) => void) =>
      peer((socket) =>
        socket.once('data', () => socket.write('220 go\r\n', () => socket.once('data', () => serve(socket)))),
      );

    it('says so when it answers in plain text', async () => {
      const error = await failure(await starting((socket) => socket.end('454 TLS not available\r\n')));
      assert.equal(error.kind, 'handshake');
      assert.match(error.message, /the server answered with something that is not TLS, such as plain text \(/);
    });

    it('quotes the plain text if TLS is watched', async () => {
      const server = await starting((socket) => socket.end('454 TLS not available\r\n'));
      const error = await failure(server, { watchEnd: true });
      assert.match(error.message, /the server answered with something that is not TLS: "454 TLS not available"$/);
      assert.equal(error.plain, '454 TLS not available\r\n');
      const binary = await failure(await starting((socket) => socket.end('\0\x01\x02\x03\x04\x05\n')), {
        watchEnd: true,
      });
      assert.match(binary.message, /something that is not TLS, such as plain text \(/);
    });

    it('says so when it closes', async () => {
      const error = await failure(await starting((socket) => socket.end()));
      assert.equal(error.kind, 'closed');
      assert.equal(error.during, 'handshake');
      assert.equal(error.message, 'Cannot complete the TLS handshake: the server closed the connection');
    });

    it('says so when it resets', async () => {
      const error = await failure(await starting((socket) => socket.resetAndDestroy()));
      assert.equal(error.kind, 'closed');
    });

    it('times out when it says nothing, or goes on for ever', async () => {
      for (const serve of [
        () => undefined,
        (socket: Socket) => {
          // A ServerHello that announces more than it sends, octet by octet.
          socket.write(Buffer.from('160303400002003ffc0303', 'hex'));
          const more = (): void => void (socket.writable && socket.write('\0', () => setImmediate(more)));
          more();
        },
      ]) {
        const server = await starting(serve);
        const transport = await open(server.port);
        await transport.write(Buffer.from('STARTTLS\r\n'), soon());
        await readOctets(transport, 8);
        const error = await transport.handshake({ ca }, clock() + 50).then(
          () => assert.fail(),
          (reason: TransportError) => reason,
        );
        if (serve.length === 0) assert.equal(error.kind, 'timeout');
        else assert.ok(error.kind === 'timeout' || error.kind === 'handshake');
        await emptied(server);
        assert.equal(await transport.read(soon()), null);
        await assert.rejects(async () => transport.write(Buffer.from('x'), soon()), { message: error.message });
        await transport.close();
      }
    });

    it('notes a reset, and sends one itself, under TLS as well', async () => {
      const errors: unknown[] = [];
      const server = await starttlsPeer({}, (socket) => {
        socket.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code));
        socket.write('hello');
      });
      // A middlebox in between, since Node's own server sends close_notify before it resets.
      const middle = await peer((socket) => {
        const beyond = createConnection(server.port, '127.0.0.1');
        beyond.on('error', () => undefined);
        socket.on('close', () => beyond.destroy());
        socket.pipe(beyond).pipe(socket);
      });
      const observer = recorder();
      const transport = await starttls(middle, {}, { observer });
      await readOctets(transport, 5);
      for (const socket of middle.sockets) socket.resetAndDestroy();
      assert.equal(await transport.read(soon()), null);
      assert.equal(observer.events.at(-1), '- reset by the server');
      await transport.close();

      errors.length = 0;
      const other = await starttls(server, {});
      await readOctets(other, 5);
      other.reset();
      await emptied(server);
      assert.deepEqual(errors, ['ECONNRESET']);
    });

    it('knows whether TLS ended with close_notify, where it is asked to', async () => {
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
        for (const [end, truncated] of [
          [(secured: TLSSocket) => secured.end('bye'), false],
          [(secured: TLSSocket, plain: Socket) => secured.write('bye', () => plain.end()), true],
        ] as const) {
          const server = await peer((socket) => {
            socket.once('data', () => {
              socket.write('220 go\r\n');
              secure(socket, { maxVersion }, (secured) => secured.once('data', () => end(secured, socket)));
            });
          });
          const transport = await starttls(server, { watchEnd: true });
          await transport.write(Buffer.from('QUIT'), soon());
          assert.equal((await readAll(transport)).toString(), 'bye');
          assert.equal(transport.truncated, truncated, maxVersion);
          await transport.close();
          const unwatched = await starttls(server, {});
          await unwatched.write(Buffer.from('QUIT'), soon());
          await readAll(unwatched);
          assert.equal(unwatched.truncated, false);
          await unwatched.close();
        }
      }
    });

    it('passes large answers and pauses on where it watches the end', async () => {
      const server = await starttlsPeer({}, (secured) =>
        secured.once('data', () => secured.end(Buffer.alloc(3_000_000, 'x'))),
      );
      const transport = await starttls(server, { watchEnd: true });
      await transport.write(Buffer.from('x'), soon());
      assert.equal((await readAll(transport)).length, 3_000_000);
      assert.equal(transport.truncated, false);
      await transport.close();
    });

    it('survives every order of ends within TLS', async () => {
      // Regression: Node 20 crashed when TLS was destroyed over a connection that was being reset.
      type End = 'reset' | 'close' | 'abort';
      const ends: readonly End[] = ['reset', 'close', 'abort'];
      const server = await starttlsPeer({}, () => undefined);
      for (const first of ends) {
        for (const second of ends) {
          const controller = new AbortController();
          const transport = await starttls(server, {}, { signal: controller.signal });
          const end = (how: End): unknown => (how === 'abort' ? controller.abort() : transport[how]());
          const done = [end(first), end(second)];
          await Promise.all([...done, transport.close()]);
          await emptied(server);
        }
      }
    });

    it('ends at once when aborted within TLS', async () => {
      const server = await starttlsPeer({}, () => undefined);
      const controller = new AbortController();
      const transport = await starttls(server, {}, { signal: controller.signal });
      const reading = assert.rejects(transport.read(soon()), { kind: 'aborted' });
      controller.abort();
      await reading;
      await emptied(server);
      await transport.close();
    });
  });
});
