import assert from 'node:assert/strict';
import { constants } from 'node:crypto';
import { createServer, type SecureVersion, type TlsOptions } from 'node:tls';
import { type Authority, createAuthority, type Issued } from '../demo-server/certificates.ts';
import { protocols } from '../protocol/protocols.ts';
import type { HandshakeOptions } from '../transport/transport.ts';
import type { Fields } from '../value.ts';
import { closedPort, contextFor, listen, noteText, plain, rejects } from './testing.test.helper.ts';
import { checkTls } from './tls.ts';

describe('checkTls()', () => {
  let issued: Issued;
  before(async () => {
    issued = await (await createAuthority()).issue({ names: ['mail.example.test'], key: 'RSA 2048' });
  });

  async function probe(server: { min?: SecureVersion; max?: SecureVersion; ciphers?: string }, tls: HandshakeOptions) {
    const listener = await listen(
      (socket) => socket.end(),
      createServer({
        key: issued.key,
        cert: issued.chain,
        minVersion: server.min ?? 'TLSv1',
        maxVersion: server.max ?? 'TLSv1.3',
        ciphers: server.ciphers ?? 'DEFAULT:@SECLEVEL=0',
      }),
    );
    const address = { to: 'network', host: '127.0.0.1', port: listener.port } as const;
    try {
      return await checkTls({ address, protocol: protocols.line, implicitTls: true, tls }, contextFor());
    } finally {
      await listener.close();
    }
  }

  for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const) {
    it(`sees ${version} accepted where it is offered`, async () => {
      const { evidence, text } = await probe({}, { min: version, max: version });
      assert.equal(evidence['state'], 'accepted');
      assert.equal(evidence['protocol'], version);
      assert.equal(text, 'accepted');
    });

    it(`sees ${version} refused where it is not`, async () => {
      const others =
        version === 'TLSv1.2' || version === 'TLSv1.3' ? { max: 'TLSv1.1' as const } : { min: 'TLSv1.2' as const };
      const { evidence, transcript } = await probe(others, { min: version, max: version });
      assert.equal(evidence['state'], 'refused');
      assert.match(noteText(transcript.at(-1)), /^refused: Cannot complete the TLS handshake: /);
    });
  }

  it('offers ciphers that no client should: anonymous ones', async () => {
    const { evidence } = await probe(
      { max: 'TLSv1.2', ciphers: 'aNULL:@SECLEVEL=0' },
      { max: 'TLSv1.2', ciphers: 'aNULL' },
    );
    assert.equal(evidence['state'], 'accepted');
    assert.match(String(evidence['cipher']), /anon|ADH|AECDH/i);
    const refused = await probe({}, { max: 'TLSv1.2', ciphers: 'aNULL' });
    assert.equal(refused.evidence['state'], 'refused');
  });

  it('offers the suites of TLS 1.3 that it is told to', async () => {
    const ciphers = 'TLS_AES_256_GCM_SHA384';
    const { evidence } = await probe({}, { ciphers: 'TLS_CHACHA20_POLY1305_SHA256' });
    assert.deepEqual([evidence['protocol'], evidence['cipher']], ['TLSv1.3', 'TLS_CHACHA20_POLY1305_SHA256']);
    const refused = await probe({ min: 'TLSv1.3', ciphers }, { ciphers: 'TLS_CHACHA20_POLY1305_SHA256' });
    assert.equal(refused.evidence['state'], 'refused');
    assert.equal((await probe({ min: 'TLSv1.3', ciphers }, { ciphers })).evidence['cipher'], ciphers);
  });

  it('knows a suite by both of its names', async () => {
    const iana = 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';
    const openssl = 'ECDHE-RSA-AES128-GCM-SHA256';
    for (const ciphers of [iana, openssl]) {
      const { evidence, transcript } = await probe({}, { max: 'TLSv1.2', ciphers });
      assert.deepEqual([evidence['cipher'], evidence['cipher_openssl']], [iana, openssl]);
      assert.equal(noteText(transcript.at(-1)), `accepted: TLSv1.2 ${iana} (${openssl})`);
    }
  });

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`sees ${version} refused where the server wants a client's certificate`, async () => {
      const options = { key: issued.key, cert: issued.chain, ca: issued.chain, requestCert: true };
      const listener = await listen((socket) => socket.end(), createServer({ ...options, rejectUnauthorized: true }));
      const address = { to: 'network', host: '127.0.0.1', port: listener.port } as const;
      const tls = { min: version, max: version };
      try {
        const { evidence } = await checkTls(
          { address, protocol: protocols.smtp, implicitTls: true, tls },
          contextFor(),
        );
        assert.equal(evidence['state'], 'refused');
      } finally {
        await listener.close();
      }
    });
  }

  it('does not mind the certificate, unless it is asked to', async () => {
    assert.equal((await probe({}, {})).evidence['state'], 'accepted');
    const refused = await probe({}, { verify: true });
    assert.equal(refused.evidence['state'], 'refused');
    assert.match(String(refused.evidence['reason']), /Cannot trust the server's certificate/);
  });

  it('cannot tell where nobody listens, or where the options leave nothing to offer', async () => {
    const port = await closedPort();
    const peer = {
      address: { to: 'network', host: '127.0.0.1', port },
      protocol: protocols.line,
      implicitTls: true,
      tls: {},
    } as const;
    await rejects(checkTls(peer, contextFor()), 'connect.failed', /refused/);
    await rejects(probe({}, { ciphers: 'NO-SUCH-CIPHER' }), 'connect.failed', /Cannot use the TLS options/);
  });

  for (const [what, reply] of [
    ['421 4.7.0 Too many connections', { kind: 'reply', status: '421', text: '4.7.0 Too many connections', more: 0 }],
    ['', undefined],
  ] as const) {
    it(`leaves open whether a handshake is refused if the server refuses connections with "${what}"`, async () => {
      const listener = await listen((socket) => socket.end(what === '' ? '' : `${what}\r\n`));
      const address = { to: 'network', host: '127.0.0.1', port: listener.port } as const;
      const peer = { address, protocol: protocols.smtp, implicitTls: true, tls: {} };
      try {
        const { evidence, wordless, reply: said } = await checkTls(peer, contextFor());
        assert.deepEqual([evidence['state'], wordless, said], ['refused', true, reply]);
      } finally {
        await listener.close();
      }
    });
  }

  it('quotes a text instead of TLS, which is not in doubt if it is a greeting', async () => {
    const listener = await listen((socket) => void socket.write('220 mx.example.test ESMTP\r\n'));
    const address = { to: 'network', host: '127.0.0.1', port: listener.port } as const;
    try {
      const peer = { address, protocol: protocols.smtp, implicitTls: true, tls: {} };
      const { evidence, wordless } = await checkTls(peer, contextFor());
      assert.equal(wordless, undefined);
      assert.match(String(evidence['reason']), /something that is not TLS: "220 mx\.example\.test ESMTP"$/);
    } finally {
      await listener.close();
    }
  });

  it('fails where the server is silent', async () => {
    const listener = await listen(() => undefined);
    const address = { to: 'network', host: '127.0.0.1', port: listener.port } as const;
    try {
      await rejects(
        checkTls({ address, protocol: protocols.line, implicitTls: true, tls: {} }, contextFor({ ms: 50 })),
        'tls.handshake',
        /in time/,
      );
    } finally {
      await listener.close();
    }
  });
});

describe("checkTls() and a handshake's details", () => {
  let root: Authority;
  let issued: Issued;
  before(async () => {
    root = await createAuthority({ name: 'clients' });
    issued = await root.issue({ names: ['mail.example.test'], key: 'RSA 2048' });
  });

  async function look(server: TlsOptions, tls: HandshakeOptions = {}): Promise<Fields> {
    const options = { key: issued.key, cert: issued.chain, ...server };
    const listener = await listen((socket) => socket.end('220 hello\r\n'), createServer(options));
    const address = { to: 'network', host: '127.0.0.1', port: listener.port } as const;
    const peer = { address, protocol: protocols.smtp, implicitTls: true, tls };
    try {
      return plain((await checkTls(peer, contextFor(), { resumes: true })).evidence) as Fields;
    } finally {
      await listener.close();
    }
  }
  const old: HandshakeOptions = { max: 'TLSv1.2' };

  const keys: readonly (readonly [TlsOptions, HandshakeOptions, string | undefined])[] = [
    [{ ecdhCurve: 'X25519' }, {}, 'ECDH X25519'],
    [{ ecdhCurve: 'P-384' }, {}, 'ECDH P-384'],
    [{ ecdhCurve: 'prime256v1' }, old, 'ECDH P-256'],
    [{ dhparam: 'auto' }, { ...old, ciphers: 'DHE-RSA-AES128-GCM-SHA256' }, 'DH 2048'],
    [{}, { ...old, ciphers: 'AES128-GCM-SHA256' }, undefined],
  ];
  for (const [server, tls, key] of keys) {
    it(`sees ${key ?? 'no temporary key'} in ${tls.max ?? 'TLSv1.3'}`, async () => {
      assert.equal((await look(server, tls))['temporary_key'], key);
    });
  }

  it('sees sessions by identifier and by ticket, and whether they are resumed', async () => {
    const names = ['session_ticket', 'resumption'];
    const seen = async (server: TlsOptions, tls?: HandshakeOptions) => {
      const evidence = await look(server, tls);
      return [...names.map((name) => evidence[name]), /^[0-9A-F]{64}$/.test(String(evidence['session_id']))];
    };
    const without = { secureOptions: constants.SSL_OP_NO_TICKET };
    assert.deepEqual(await seen({}), [true, true, false]);
    assert.deepEqual(await seen({}, old), [true, true, false]);
    // Node does not store sessions itself.
    assert.deepEqual(await seen(without, old), [false, false, true]);
  });

  it('says that the connection which resumes the session is the one that is refused', async () => {
    let connections = 0;
    const server = createServer({ key: issued.key, cert: issued.chain });
    server.on('connection', (socket) => {
      connections += 1;
      if (connections > 1) socket.destroy();
    });
    const listener = await listen((socket) => socket.end('220 hello\r\n'), server);
    const address = { to: 'network', host: '127.0.0.1', port: listener.port } as const;
    const peer = { address, protocol: protocols.smtp, implicitTls: true, tls: {} };
    try {
      const error = await rejects(
        checkTls(peer, contextFor(), { resumes: true }),
        'tls.handshake',
        /^Cannot resume the session that the server gave: .*closed the connection$/,
      );
      // The service itself works.
      assert.equal(error.fault, undefined);
    } finally {
      await listener.close();
    }
  });

  const suites = ['AES_128_GCM', 'AES_256_GCM', 'CHACHA20_POLY1305', 'AES_128_CCM', 'AES_128_CCM_8'];
  for (const suite of [
    ...suites.map((name) => `TLS_${name}_SHA${name === 'AES_256_GCM' ? '384' : '256'}`),
    undefined,
  ]) {
    it(`sees whose client certificates the server accepts, with ${suite ?? 'TLS 1.2'}`, async () => {
      const ciphers = suite === undefined ? {} : { ciphers: suite };
      const tls = suite === undefined ? old : ciphers;
      const asks = { ...ciphers, ca: root.cert, requestCert: true };
      const names = ['state', 'certificate_request', 'client_authorities'];
      const seen = async (server: TlsOptions) => {
        const evidence = await look(server, tls);
        return names.map((name) => evidence[name]);
      };
      assert.deepEqual(await seen({ ...asks, rejectUnauthorized: false }), ['accepted', true, 'CN=clients']);
      assert.deepEqual(await seen({ ...asks, rejectUnauthorized: true }), ['refused', true, 'CN=clients']);
      assert.deepEqual(await seen(ciphers), ['accepted', false, undefined]);
    });
  }

  it('sees the application protocol that the server chose', async () => {
    assert.equal((await look({ ALPNProtocols: ['imap'] }, { alpn: ['smtp', 'imap'] }))['alpn'], 'imap');
    assert.equal((await look({}, { alpn: ['imap'] }))['alpn'], undefined);
  });
});
