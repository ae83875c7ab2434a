import assert from 'node:assert/strict';
import { referenceOf } from './references.ts';

describe('referenceOf()', () => {
  const rows: readonly (readonly [written: string, url: string | undefined])[] = [
    ['RFC 5321', 'https://www.rfc-editor.org/rfc/rfc5321'],
    ['RFC 5321 section 4.1.1.1', 'https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.1'],
    ['RFC 5321, section 4.2', 'https://www.rfc-editor.org/rfc/rfc5321#section-4.2'],
    ['RFC 9051 appendix E', 'https://www.rfc-editor.org/rfc/rfc9051#appendix-E'],
    ['BCP 195', 'https://www.rfc-editor.org/info/bcp195'],
    ['CVE-2023-51764', 'https://www.cve.org/CVERecord?id=CVE-2023-51764'],
    ['https://example.com/a#b', 'https://example.com/a#b'],
    ['our own rules, page 4', undefined],
    ['javascript:alert(1)', undefined],
  ];
  for (const [written, url] of rows) {
    it(`leads to ${url ?? 'nothing'} when it is "${written}"`, () =>
      assert.deepEqual(referenceOf(written), url === undefined ? { text: written } : { text: written, url }));
  }
});
