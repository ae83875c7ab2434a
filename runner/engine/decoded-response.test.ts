import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodedResponse } from './decoded-response.ts';

const decoded = (text: string, secret = 'pa55 word') =>
  decodedResponse(Buffer.from(text), { name: 'password', secret });

describe('decodedResponse()', () => {
  const cases: readonly (readonly [what: string, response: string, shown: string | undefined])[] = [
    ['PLAIN', '\0alice\0pa55 word', '␀alice␀«password»'],
    ['PLAIN for another', 'bob\0alice\0pa55 word', 'bob␀alice␀«password»'],
    ['CRAM-MD5', `alice ${'0123456789abcdef'.repeat(2)}`, 'alice «password»'],
    ['the last of SCRAM', `c=biws,r=abc,p=${'Ab+/'.repeat(7)}=`, 'c=biws,r=abc,p=«password»'],
    ['XOAUTH2', 'user=alice\x01auth=Bearer pa55 word\x01\x01', 'user=alice\\x01auth=Bearer «password»\\x01\\x01'],
    ['what has no secret that can be hidden', '\0alice\0other', undefined],
  ];
  for (const [what, response, shown] of cases) it(`shows ${what}`, () => assert.equal(decoded(response), shown));

  it('shows no octets that are no text', () => {
    assert.equal(decodedResponse(Buffer.from([0xff, 0x70, 0x77, 0xfe]), { name: 'password', secret: 'pw' }), undefined);
  });

  it('never shows the secret, whatever stands around it', () =>
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), fc.string(), fc.string(), (secret, before, after) => {
        fc.pre(!'«password»'.includes(secret));
        const shown = decoded(`${before}${secret}${after}`, secret);
        assert.ok(shown === undefined || !shown.replaceAll('«password»', ' ').includes(secret));
      }),
    ));
});
