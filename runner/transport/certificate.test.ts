import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { createAuthority } from '../demo-server/certificates.ts';
import { altNames, certificateFacts, chainOf } from './certificate.ts';

describe('chainOf()', () => {
  it('takes a certificate of an earlier connection for the same one, and no other', async () => {
    const [{ cert }, other] = await Promise.all([createAuthority(), createAuthority()]);
    const factsOf = (pem: string) => chainOf(new X509Certificate(pem)).map(certificateFacts);
    const [first] = factsOf(cert);
    assert.equal(factsOf(cert)[0], first);
    assert.notEqual(factsOf(other.cert)[0]?.fingerprint256, first?.fingerprint256);
  });
});

describe('altNames()', () => {
  it('takes names apart, quoted ones too', () => {
    assert.deepEqual(altNames('DNS:a.example, IP Address:127.0.0.1, email:a@b.example'), [
      'a.example',
      '127.0.0.1',
      'a@b.example',
    ]);
    assert.deepEqual(altNames('DNS:"x, DNS:evil.example", DNS:b'), ['x, DNS:evil.example', 'b']);
    assert.deepEqual(altNames(undefined), []);
  });
});
