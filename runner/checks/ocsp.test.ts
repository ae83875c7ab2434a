import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { shareOf } from '../../fixtures/testing/long.ts';
import { type OcspOptions, ocspFailure, ocspResponse } from '../../fixtures/testing/ocsp.ts';
import { type Authority, createAuthority, type Issued } from '../demo-server/certificates.ts';
import { readStaple } from './ocsp.ts';

const hour = 3_600_000;
const der = (pem: string) => new X509Certificate(pem).raw;

describe('readStaple()', () => {
  let [root, stranger]: Authority[] = [];
  let [leaf, responder, own, other]: Issued[] = [];
  before(async () => {
    [root, stranger] = [await createAuthority({ name: 'root' }), await createAuthority({ name: 'root' })];
    leaf = await root.issue({ names: ['mail.example.test'] });
    other = await root.issue({ names: ['other.example.test'] });
    responder = await root.issue({ names: ['responder.example.test'], responder: true });
    own = await root.issue({ names: ['alone.example.test'], selfSigned: true });
  });

  async function read(changes: Partial<OcspOptions> = {}) {
    assert.ok(root && leaf && responder);
    const octets = ocspResponse({ leaf: leaf.cert, issuer: root.cert, signer: responder, ...changes });
    const subject = { leaf: der(leaf.cert), issuer: der(root.cert) };
    return (await readStaple(octets, subject, Date.now())).fields ?? {};
  }

  it('shows the status, the dates, and who says so', async () => {
    const nextUpdate = new Date('2099-01-01T00:00:00Z');
    const fields = await read({ nextUpdate });
    assert.deepEqual(
      [fields['status'], fields['verified'], fields['reason'], fields['responder'], fields['next_update']],
      ['good', true, undefined, 'CN=responder.example.test', nextUpdate.toISOString()],
    );
    const unknown = await read({ status: 'unknown' });
    assert.deepEqual([unknown['status'], unknown['verified']], ['unknown', true]);
    const revoked = await read({ status: 'revoked' });
    assert.deepEqual(
      ['status', 'verified', 'revoked_at', 'revocation_reason'].map((name) => revoked[name]),
      ['revoked', true, '2026-01-02T03:04:05.000Z', 'keyCompromise'],
    );
  });

  it('believes the issuer itself, without a certificate in the response', async () => {
    assert.ok(own);
    const octets = ocspResponse({ leaf: own.cert, issuer: own.cert, signer: own, embed: false });
    const { fields } = await readStaple(octets, { leaf: der(own.cert), issuer: der(own.cert) }, Date.now());
    assert.equal(fields?.['verified'], true, String(fields?.['reason']));
  });

  const wrong: readonly (readonly [string, () => Partial<OcspOptions>, RegExp])[] = [
    ['about another certificate', () => ({ leaf: other?.cert ?? '' }), /about another certificate/],
    ['of another issuer with the same name', () => ({ issuer: stranger?.cert ?? '' }), /about another certificate/],
    ['signed by somebody else', () => ({ signer: own as Issued }), /not signed by the issuer/],
    ['signed by a server that the issuer vouches for', () => ({ signer: other as Issued }), /not signed by the issuer/],
    ['without the certificate of its signer', () => ({ embed: false }), /not signed by the issuer/],
    ['that has expired', () => ({ nextUpdate: new Date(Date.now() - hour) }), /expired on/],
    ['of the future', () => ({ thisUpdate: new Date(Date.now() + hour) }), /not valid before/],
  ];
  for (const [what, changes, reason] of wrong) {
    it(`does not verify a response ${what}`, async () => {
      const fields = await read(changes());
      assert.equal(fields['verified'], false);
      assert.match(String(fields['reason']), reason);
    });
  }

  it('does not verify a response whose signer has expired', async () => {
    assert.ok(root);
    const signer = await root.issue({
      names: ['old'],
      responder: true,
      notBefore: new Date(Date.now() - 3 * hour),
      notAfter: new Date(Date.now() - hour),
    });
    assert.match(String((await read({ signer }))['reason']), /responder has expired/);
  });

  it('does not verify a response where the issuer is not known', async () => {
    assert.ok(leaf && root && responder);
    const octets = ocspResponse({ leaf: leaf.cert, issuer: root.cert, signer: responder });
    const { fields } = await readStaple(octets, { leaf: der(leaf.cert), issuer: undefined }, Date.now());
    assert.match(String(fields?.['reason']), /issuer is not known/);
  });

  it('shows that a responder gave no response, and what is none', async () => {
    assert.ok(leaf);
    const subject = { leaf: der(leaf.cert), issuer: undefined };
    const later = await readStaple(ocspFailure('tryLater'), subject, Date.now());
    assert.deepEqual([later.text, later.fields?.['verified']], ['tryLater', false]);
    const valid = ocspResponse({ leaf: leaf.cert, issuer: leaf.cert, signer: leaf });
    for (const octets of [
      Buffer.from('x'),
      Buffer.alloc(0),
      valid.subarray(0, 60),
      Buffer.concat([valid.subarray(0, 30), valid]),
    ])
      assert.equal((await readStaple(octets, subject, Date.now())).text, 'unreadable');
  });

  it('survives any change of any octet', async () => {
    assert.ok(leaf && root && responder);
    const valid = ocspResponse({ leaf: leaf.cert, issuer: root.cert, signer: responder });
    const subject = { leaf: der(leaf.cert), issuer: der(root.cert) };
    const places = Array.from({ length: Math.ceil(valid.length / 3) }, (_, index) => index * 3);
    for (const at of shareOf(places, { oneIn: 3, atLeast: 100 })) {
      const octets = Buffer.from(valid);
      octets[at] = (octets[at] ?? 0) ^ 0x41;
      const { fields } = await readStaple(octets, subject, Date.now());
      // The signed part begins after the headers, whose lengths may change if the content still fits. A certificate
      // after it may change if its signature does not matter.
      if (at > 33 && at < 200) assert.equal(fields?.['verified'], false, `octet ${at}`);
    }
  });
});
