import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { createSecureContext, createServer, TLSSocket } from 'node:tls';
import { worded } from '../../fixtures/testing/worded.ts';
import { type Authority, createAuthority, type Issued } from '../demo-server/certificates.ts';
import { type ProtocolName, protocols } from '../protocol/protocols.ts';
import type { HandshakeOptions } from '../transport/transport.ts';
import { checkCertificate } from './certificate.ts';
import type { Seen } from './check.ts';
import { closedPort, contextFor, listen, noteText, plain, rejects } from './testing.test.helper.ts';
import type { TlsPeer } from './tls-peer.ts';

const day = 86_400_000;

function peerAt(port: number, tls: HandshakeOptions, protocol?: ProtocolName): TlsPeer {
  return {
    address: { to: 'network', host: '127.0.0.1', port },
    protocol: protocols[protocol ?? 'line'],
    implicitTls: protocol === undefined,
    tls,
  };
}

describe('checkCertificate()', () => {
  let root: Authority;
  before(async () => {
    root = await createAuthority({ name: 'test root' });
  });

  async function look(
    issued: Issued,
    options: { chain?: string; names?: string[]; servername?: string } = {},
  ): Promise<Seen> {
    const listener = await listen(
      (socket) => socket.end(),
      createServer({ key: issued.key, cert: options.chain ?? issued.chain, ciphers: 'DEFAULT:@SECLEVEL=0' }),
    );
    try {
      const tls = { ca: Buffer.from(root.cert), servername: options.servername ?? 'mail.example.test' };
      return await checkCertificate({ from: peerAt(listener.port, tls), names: options.names ?? [] }, contextFor());
    } finally {
      await listener.close();
    }
  }

  it('tells who it is, until when, and who signed it', async () => {
    const issued = await root.issue({
      names: ['mail.example.test', 'imap.example.test'],
      notAfter: new Date(Date.now() + 20.5 * day),
    });
    const { evidence, transcript } = await look(issued);
    assert.deepEqual(
      [evidence['trusted'], evidence['days_left'], evidence['key'], evidence['protocol'], evidence['reason']],
      [true, 20, 'EC P-256', 'TLSv1.3', undefined],
    );
    assert.equal(plain(evidence['subject']), 'CN=mail.example.test');
    assert.equal(plain(evidence['issuer']), 'CN=test root');
    assert.equal(plain(evidence['alt_names']), 'mail.example.test imap.example.test');
    assert.deepEqual((evidence['issuer'] as { fields: unknown }).fields, { CN: 'test root' });
    const until = new Date(Date.now() + 20.5 * day).toISOString().slice(0, 10);
    const text = transcript.map(noteText).join('\n');
    assert.match(text, /^connected to 127\.0\.0\.1:\d+$/m);
    assert.match(text, /^0: CN=mail\.example\.test, for mail\.example\.test, imap\.example\.test \(EC P-256\)$/m);
    assert.match(text, new RegExp(`until ${until} \\(20 days left\\), by CN=test root`));
    assert.match(text, /^the chain is trusted$/m);
  });

  it('weighs wildcards for the names that are asked about', async () => {
    const { evidence } = await look(await root.issue({ names: ['*.example.test', '127.0.0.1'] }), {
      names: ['mail.example.test', 'a.b.example.test', 'example.test', '127.0.0.1', '127.0.0.2'],
    });
    assert.equal(plain(evidence['valid_for']), '*.example.test 127.0.0.1 mail.example.test');
  });

  const bad: readonly (readonly [string, () => Promise<Issued>, boolean, RegExp])[] = [
    [
      'expired',
      () =>
        root.issue({
          names: ['mail.example.test'],
          notBefore: new Date(Date.now() - 9 * day),
          notAfter: new Date(Date.now() - 2 * day),
        }),
      false,
      /expired on/,
    ],
    ['self-signed', () => root.issue({ names: ['mail.example.test'], selfSigned: true }), false, /self-signed/],
    ['of another name', () => root.issue({ names: ['other.example.test'] }), true, /does not match/],
  ];
  for (const [what, issue, trusted, reason] of bad) {
    it(`says why a certificate is not right: ${what}`, async () => {
      const { evidence, transcript } = await look(await issue());
      assert.equal(evidence['trusted'], trusted);
      assert.match(String(evidence['reason']), reason);
      assert.match(transcript.map(noteText).join('\n'), reason);
    });
  }

  it('counts the days since a certificate expired as words do', async () => {
    for (const [days, left, said] of [
      [0.5, -1, 'expired today'],
      [1.5, -1, 'expired 1 day ago'],
      [2.5, -2, 'expired 2 days ago'],
    ] as const) {
      const leaf = await root.issue({
        names: ['a'],
        notBefore: new Date(Date.now() - 9 * day),
        notAfter: new Date(Date.now() - days * day),
      });
      const { evidence, transcript } = await look(leaf);
      assert.equal(evidence['days_left'], left);
      assert.ok(transcript.map(noteText).join('\n').includes(`(${said})`), said);
    }
  });

  it('sees a missing intermediate certificate, and the chain where it is sent', async () => {
    const intermediate = await root.intermediate({ name: 'between' });
    const issued = await intermediate.issue({ names: ['mail.example.test'] });
    const whole = await look(issued);
    assert.equal(whole.evidence['trusted'], true);
    assert.deepEqual((plain(whole.evidence['chain']) as string[]).slice(0, 2), ['CN=mail.example.test', 'CN=between']);
    const short = await look(issued, { chain: issued.cert });
    assert.equal(short.evidence['trusted'], false);
    assert.match(String(short.evidence['reason']), /did not send the intermediate/);
    assert.deepEqual(plain(short.evidence['chain']), ['CN=mail.example.test']);
  });

  it('shows a weak key', async () => {
    const { evidence } = await look(await root.issue({ names: ['mail.example.test'], key: 'RSA 1024' }));
    assert.equal(evidence['key'], 'RSA 1024');
  });

  it('makes the TLSA records that the certificate meets', async () => {
    const { evidence } = await look(await root.issue({ names: ['mail.example.test'] }));
    const records = (evidence['tlsa'] as { words: readonly string[] }).words;
    const fingerprint = String(evidence['fingerprint']).replaceAll(':', '').toLowerCase();
    assert.ok(records.includes(`3 0 1 ${fingerprint}`));
    assert.ok(records.some((each) => /^3 1 1 [0-9a-f]{64}$/.test(each)));
  });

  it('cannot tell where nobody listens, and fails where the other side speaks no TLS', async () => {
    await rejects(
      checkCertificate({ from: peerAt(await closedPort(), {}), names: [] }, contextFor()),
      'connect.failed',
      /connection refused/,
    );
    const listener = await listen((socket) => socket.end('220 mail.example.test ESMTP\r\n'));
    try {
      await rejects(
        checkCertificate({ from: peerAt(listener.port, {}), names: [] }, contextFor()),
        'tls.handshake',
        /not TLS/,
      );
    } finally {
      await listener.close();
    }
  });

  /** A server that answers each line, and begins TLS after the command that asks for it. */
  async function startTlsServer(greeting: string, answer: (line: string) => string, begins: RegExp, issued: Issued) {
    const secureContext = createSecureContext({ key: issued.key, cert: issued.chain });
    return listen((socket: Socket) => {
      socket.write(greeting);
      socket.on('data', function onData(octets: Buffer) {
        const line = octets.toString().trim();
        socket.write(answer(line));
        if (!begins.test(line)) return;
        socket.off('data', onData);
        new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => undefined);
      });
    });
  }

  const dialogues: readonly (readonly [ProtocolName, string, (line: string) => string, RegExp])[] = [
    [
      'smtp',
      '220-mail\r\n220 mail ESMTP\r\n',
      (line) => (line.startsWith('EHLO [127.0.0.1]') ? '250-mail\r\n250 STARTTLS\r\n' : '220 go\r\n'),
      /^STARTTLS$/,
    ],
    [
      'lmtp',
      '220 mail LMTP\r\n',
      (line) => (line.startsWith('LHLO ') ? '250-mail\r\n250 STARTTLS\r\n' : '220 go\r\n'),
      /^STARTTLS$/,
    ],
    ['imap', '* OK ready\r\n', () => '* OK now\r\na001 OK begin\r\n', /^a001 STARTTLS$/],
    ['pop3', '+OK ready\r\n', () => '+OK begin\r\n', /^STLS$/],
    ['sieve', '"STARTTLS"\r\nOK "ready"\r\n', () => 'OK "begin"\r\n', /^STARTTLS$/],
  ];
  for (const [protocol, greeting, answer, begins] of dialogues) {
    it(`asks for TLS in ${protocol}`, async () => {
      const listener = await startTlsServer(
        greeting,
        answer,
        begins,
        await root.issue({ names: ['mail.example.test'] }),
      );
      try {
        const tls = { ca: Buffer.from(root.cert), servername: 'mail.example.test' };
        const { evidence } = await checkCertificate(
          { from: peerAt(listener.port, tls, protocol), names: [] },
          contextFor(),
        );
        assert.equal(evidence['trusted'], true);
      } finally {
        await listener.close();
      }
    });
  }

  it('fails where the server refuses STARTTLS, hangs up, floods, speaks another protocol, or injects plaintext', async () => {
    const cases: readonly (readonly [string, (line: string) => string, string, RegExp])[] = [
      [
        '+OK ready\r\n',
        () => '-ERR TLS support is not enabled\r\n',
        'tls.handshake',
        /the server says "-ERR TLS support is not enabled" to "STLS"/,
      ],
      ['-ERR go away\r\n', () => '', 'tls.handshake', /instead of a greeting/],
      ['+OK ready\r\n', () => '+OK begin\r\n+OK injected\r\n', 'tls.plaintext', /\+OK injected/],
      ['+OK ready\r\n', () => '+OK begin\r\n+', 'tls.plaintext', /"\+"/],
      ['+OK ready\r\n', () => '+OK begin\r\n+OK', 'tls.plaintext', /"\+OK"/],
      ['220 not this protocol\r\n', () => '', 'protocol.violation', /a reply begins neither with "\+OK" or "-ERR"/],
      [`+OK ${'y'.repeat(100_000)}`, () => '', 'protocol.limit', /a line is longer than 65536 octets/],
    ];
    for (const [greeting, answer, code, message] of cases) {
      const listener = await listen((socket) => {
        socket.write(greeting);
        socket.on('data', (octets: Buffer) => socket.write(answer(octets.toString())));
      });
      try {
        const error = await rejects(
          checkCertificate({ from: peerAt(listener.port, {}, 'pop3'), names: [] }, contextFor()),
          code as 'tls.handshake',
          /./,
        );
        assert.match([error.message, ...error.mismatches.map((each) => worded(each).actual)].join('\n'), message);
      } finally {
        await listener.close();
      }
    }
    const silent = await listen((socket) => socket.end());
    try {
      await rejects(
        checkCertificate({ from: peerAt(silent.port, {}, 'imap'), names: [] }, contextFor()),
        'connection.closed',
        /closed the connection/,
      );
    } finally {
      await silent.close();
    }
  });

  it('fails where the server is silent', async () => {
    const listener = await listen(() => undefined);
    try {
      await rejects(
        checkCertificate({ from: peerAt(listener.port, {}, 'smtp'), names: [] }, contextFor({ ms: 50 })),
        'reply.timeout',
        /no octet came in time/,
      );
    } finally {
      await listener.close();
    }
  });
});
