import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeServers } from '../../fixtures/servers/missing.ts';
import { startNginx } from '../../fixtures/servers/nginx.ts';
import { type OcspOptions, ocspResponse } from '../../fixtures/testing/ocsp.ts';
import { type Authority, createAuthority, type Issued } from '../demo-server/certificates.ts';
import { protocols } from '../protocol/protocols.ts';
import { checkCertificate } from './certificate.ts';
import { contextFor, plain } from './testing.test.helper.ts';
import { checkTls } from './tls.ts';

describeServers(['nginx'], 'checkTls() and checkCertificate() with nginx', () => {
  let root: Authority;
  let [leaf, responder]: Issued[] = [];
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tls-'));
    root = await createAuthority({ name: 'root' });
    leaf = await root.issue({ names: ['mail.example.test'] });
    responder = await root.issue({ names: ['responder'], responder: true });
    writeFileSync(join(folder, 'clients.pem'), root.cert);
  });
  after(() => rmSync(folder, { recursive: true }));

  async function look(directives: string): Promise<readonly (readonly unknown[])[]> {
    assert.ok(leaf);
    const server = await startNginx({ files: {}, directives, tls: leaf });
    const address = { to: 'network', host: '127.0.0.1', port: server.ports.https } as const;
    const tls = { ca: Buffer.from(root.cert), servername: 'mail.example.test' };
    // In this protocol the client sends first, and the server does not understand what we send.
    const peer = { address, protocol: protocols.line, implicitTls: true, tls };
    try {
      const { evidence } = await checkCertificate({ from: peer, names: [] }, contextFor());
      const shown = (await checkTls(peer, contextFor(), { resumes: true })).evidence;
      const names = ['temporary_key', 'session_ticket', 'resumption', 'certificate_request', 'client_authorities'];
      const ocsp = evidence['ocsp'] as { readonly fields?: Readonly<Record<string, unknown>> } | undefined;
      return [names.map((name) => plain(shown[name])), [ocsp?.fields?.['status'], ocsp?.fields?.['verified']]];
    } finally {
      await server.stop();
    }
  }

  function stapled(changes: Partial<OcspOptions> = {}): string {
    assert.ok(leaf && responder);
    const path = join(folder, 'staple.der');
    writeFileSync(path, ocspResponse({ leaf: leaf.cert, issuer: root.cert, signer: responder, ...changes }));
    return `ssl_stapling on; ssl_stapling_file ${path};`;
  }

  it('see all that it shows', async () => {
    const directives = `${stapled()} ssl_ecdh_curve secp384r1; ssl_verify_client optional; ssl_client_certificate ${folder}/clients.pem;`;
    assert.deepEqual(await look(directives), [
      ['ECDH P-384', true, true, true, 'CN=root'],
      ['good', true],
    ]);
  });

  it('see that it shows other things', async () => {
    assert.deepEqual(await look(`${stapled({ status: 'revoked' })} ssl_session_tickets off;`), [
      ['ECDH X25519', false, false, false, undefined],
      ['revoked', true],
    ]);
  });

  it('see that it shows nothing', async () => {
    assert.deepEqual((await look('ssl_protocols TLSv1.2;')).at(-1), [undefined, undefined]);
  });
});
