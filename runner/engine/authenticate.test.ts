import assert from 'node:assert/strict';
import { createHash, createHmac, pbkdf2Sync, randomBytes, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { type LineSession, serveLines, serveSession } from '../../fixtures/line/serve.ts';
import { dialogue, outdent } from '../../fixtures/testing/plan.ts';
import { fails, passes } from '../../fixtures/testing/play.ts';
import { createAuthority } from '../demo-server/certificates.ts';
import { listen } from '../demo-server/listener.ts';

describe('authenticate against a peer that lies', () => {
  it('fails with auth.signature where the server does not prove that it knows the password', async () => {
    const { url, stop } = await serveLines(() => scramPeer('guessed'));
    try {
      const { code, message } = await fails(scram(url), {});
      assert.equal(code, 'auth.signature');
      assert.match(message ?? '', /did not prove that it knows the password/);
    } finally {
      await stop();
    }
  });

  it('passes where it does prove it', async () => {
    const { url, stop } = await serveLines(() => scramPeer('secret'));
    try {
      await passes(scram(url));
    } finally {
      await stop();
    }
  });

  it('fails with auth.signature where the proof is left out', async () => {
    const { url, stop } = await serveLines(() => scramPeer('none'));
    try {
      const { code } = await fails(scram(url));
      assert.equal(code, 'auth.signature');
    } finally {
      await stop();
    }
  });

  it('fails with auth.failed where the challenge is none', async () => {
    const { url, stop } = await serveLines(() => ({
      greeting: '220 peer ESMTP\r\n',
      line: (line) => ({ text: line.startsWith('AUTH') ? '334 %%%\r\n' : '250 fine\r\n' }),
    }));
    try {
      const { code } = await fails(scram(url));
      assert.equal(code, 'auth.failed');
    } finally {
      await stop();
    }
  });
});

describe("authenticate's first response", () => {
  const capable = 'OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello';
  const login = (more = '') => `- authenticate: { mechanism: PLAIN, user: a, password: b${more} }`;
  /** The commands that a server receives if it greets like this and reports its capabilities like that. */
  const sent = async (greeting: string, told: string, steps: string) => {
    const lines: string[] = [];
    const { url, stop } = await serveLines(() => ({
      greeting: `* ${greeting}\r\n`,
      line(line) {
        lines.push(line.replace(/^\S+ (?=[A-Z]+)/, ''));
        const [tag = '', verb] = line.split(' ');
        if (verb === 'CAPABILITY') return { text: `* CAPABILITY IMAP4rev1 ${told}\r\n${tag} OK done\r\n` };
        if (line.endsWith(' PLAIN')) return { text: '+ \r\n' };
        return { text: `${verb === undefined ? 'a001' : tag} OK done\r\n` };
      },
    }));
    try {
      await passes(dialogue(`- expect: OK\n${steps}`, `server: ${url.replace('tcp:', 'imap:')}`));
      return lines;
    } finally {
      await stop();
    }
  };
  const response = 'AGEAYg==';
  const asked = '- send: CAPABILITY\n  expect: OK\n';

  it('waits for the challenge of an IMAP server that has not advertised SASL-IR', async () => {
    assert.deepEqual(await sent('OK hello', '', login()), ['AUTHENTICATE PLAIN', response]);
  });

  it('comes with the command where the greeting or CAPABILITY advertised SASL-IR, or the step says so', async () => {
    const together = `AUTHENTICATE PLAIN ${response}`;
    assert.deepEqual(await sent(capable, '', login()), [together]);
    assert.deepEqual(await sent('OK hello', 'SASL-IR', asked + login()), ['CAPABILITY', together]);
    assert.deepEqual(await sent('OK hello', '', login(', initial_response: true')), [together]);
    assert.deepEqual(await sent(capable, '', login(', initial_response: false')), ['AUTHENTICATE PLAIN', response]);
  });
});

describe('authenticate with channel binding', () => {
  for (const [version, type] of [
    ['TLSv1.3', 'tls-exporter'],
    ['TLSv1.2', 'tls-server-end-point'],
  ] as const) {
    it(`binds SCRAM-SHA-256-PLUS to the connection by ${type} in ${version}`, async () => {
      const authority = await createAuthority();
      const { key, cert, chain } = await authority.issue({ names: ['127.0.0.1'] });
      let expected = '';
      const server = createServer({ key, cert: chain, maxVersion: version }, (socket) => {
        const data =
          type === 'tls-exporter'
            ? socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0)) // RFC 9266 section 4.2
            : createHash('sha256').update(new X509Certificate(cert).raw).digest(); // RFC 5929 section 4.1
        expected = Buffer.concat([Buffer.from(`p=${type},,`), data]).toString('base64');
        serveSession(
          socket,
          scramPeer('secret', (header) => header === expected),
        );
      });
      const port = await listen(server, { host: '127.0.0.1', port: 0 });
      const folder = await mkdtemp(join(tmpdir(), 'mailspec-'));
      try {
        await writeFile(join(folder, 'ca.pem'), authority.cert);
        await passes(
          dialogue(
            outdent(`
              - expect: 220
              - authenticate: { mechanism: SCRAM-SHA-256-PLUS, user: user, password: secret }
                expect: 235
            `),
            `server: { url: "smtps://127.0.0.1:${port}", tls: { ca: ca.pem } }`,
          ),
          { folder },
        );
        assert.notEqual(expected, '');
      } finally {
        await new Promise((resolve) => server.close(resolve));
        await rm(folder, { recursive: true });
      }
    });
  }
});

function scram(url: string): string {
  return dialogue(
    outdent(`
      - expect: 220
      - authenticate: { mechanism: SCRAM-SHA-256, user: user, password: secret }
        expect: 235
    `),
    `server: ${url.replace('tcp:', 'smtp:')}`,
  );
}

/** RFC 5802 section 5: signs with the given password, or replies to the proof with success and without a signature. */
function scramPeer(
  password: 'secret' | 'guessed' | 'none',
  binds: (header: string) => boolean = () => true,
): LineSession {
  const salt = randomBytes(16);
  let clientFirst = '';
  let serverFirst = '';
  return {
    greeting: '220 peer ESMTP\r\n',
    line(line) {
      if (/^AUTH SCRAM-SHA-256(?:-PLUS)? /.test(line)) {
        clientFirst = decode(line.split(' ')[2] ?? '').replace(/^(?:n|p=[^,]+),,/, '');
        const nonce = /r=([^,]+)/.exec(clientFirst)?.[1] ?? '';
        serverFirst = `r=${nonce}${randomBytes(9).toString('hex')},s=${salt.toString('base64')},i=4096`;
        return { text: `334 ${encode(serverFirst)}\r\n` };
      }
      if (line === '') return { text: '235 2.7.0 Welcome\r\n' };
      if (line === '*') return { text: '501 5.7.0 Cancelled\r\n' };
      if (password === 'none') return { text: '235 2.7.0 Welcome\r\n' };
      if (!binds(/^c=([^,]+)/.exec(decode(line))?.[1] ?? '')) return { text: '535 5.7.8 Another connection\r\n' };
      const withoutProof = decode(line).replace(/,p=[^,]*$/, '');
      const salted = pbkdf2Sync(password, salt, 4096, 32, 'sha256');
      const key = createHmac('sha256', salted).update('Server Key').digest();
      const signature = createHmac('sha256', key)
        .update([clientFirst, serverFirst, withoutProof].join(','))
        .digest('base64');
      return { text: `334 ${encode(`v=${signature}`)}\r\n` };
    },
  };
}

const encode = (text: string): string => Buffer.from(text).toString('base64');
const decode = (text: string): string => Buffer.from(text, 'base64').toString('utf8');
