import assert from 'node:assert/strict';
import fc from 'fast-check';
import { visible } from './visible.ts';

describe('visible()', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['250 OK\r\n', '250 OK␍␊'],
    ['a\rb\nc\0d', 'a␍b␊c␀d'],
    ['\x1b[31mred\x07\x7f\x9b', '\\x1b[31mred\\x07\\x7f\\x9b'],
    ['a\tb', 'a\\x09b'],
    ['\ud800x\udfff', '\\ud800x\\udfff'],
    ['\ufffe\uffff', '\\ufffe\\uffff'],
    ['moc.live\u202e', 'moc.live\\u202e'],
    ['Grüße 📬 «password»', 'Grüße 📬 «password»'],
    ['', ''],
  ];
  for (const [text, expected] of cases) {
    it(`writes ${JSON.stringify(text)} as ${JSON.stringify(expected)}`, () => assert.equal(visible(text), expected));
  }

  it('returns text that XML can hold and that stays on one line, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }), (text) => {
        const shown = visible(text);
        assert.doesNotMatch(shown, /[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/);
        assert.doesNotMatch(shown, /\p{Cs}/u);
        assert.equal(visible(shown), shown);
      }),
    );
  });
});
