import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { endPointHash } from './end-point.ts';

/** A DER element. */
function der(tag: number, ...contents: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(contents.map((each) => (typeof each === 'string' ? Buffer.from(each, 'hex') : each)));
  const length = content.length < 0x80 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}

/** The parts of a Certificate (RFC 5280 section 4.1) that determine its signature's algorithm. */
function certificate(...algorithm: readonly (Buffer | string)[]): Buffer {
  return der(0x30, der(0x30, Buffer.alloc(300, 1)), der(0x30, ...algorithm), der(0x03, '00'));
}

describe('endPointHash()', () => {
  const algorithms: readonly (readonly [string, string, string])[] = [
    ['md5WithRSAEncryption', '2a864886f70d010104', 'sha256'],
    ['sha1WithRSAEncryption', '2a864886f70d010105', 'sha256'],
    ['sha256WithRSAEncryption', '2a864886f70d01010b', 'sha256'],
    ['sha512WithRSAEncryption', '2a864886f70d01010d', 'sha512'],
    ['ecdsa-with-SHA384', '2a8648ce3d040303', 'sha384'],
  ];
  for (const [name, oid, hash] of algorithms) {
    it(`hashes with ${hash} for ${name}`, () => {
      const octets = certificate(der(0x06, oid));
      assert.deepEqual(endPointHash(octets), createHash(hash).update(octets).digest());
    });
  }

  it('hashes with what RSASSA-PSS names', () => {
    const oid = der(0x06, '2a864886f70d01010a');
    const sha384 = der(0xa0, der(0x30, der(0x06, '608648016503040202')));
    const named = certificate(oid, der(0x30, sha384));
    assert.deepEqual(endPointHash(named), createHash('sha384').update(named).digest());
    const plain = certificate(oid, der(0x30));
    assert.deepEqual(endPointHash(plain), createHash('sha256').update(plain).digest());
  });

  it('refuses what has no hash, and what is no certificate', () => {
    assert.throws(
      () => endPointHash(certificate(der(0x06, '2b6570'))),
      /signature algorithm 1\.3\.101\.112 has no hash/,
    );
    assert.throws(() => endPointHash(Buffer.from('3010', 'hex')), /ends within an element/);
    assert.throws(() => endPointHash(Buffer.alloc(0)));
  });
});
