import assert from 'node:assert/strict';
import { decodeText, escapeOctets, strictBase64 } from './encoding.ts';

describe('encoding', () => {
  it('strictBase64() refuses a text when it is not base64 with its padding', () => {
    assert.equal(strictBase64('YWxpY2U=')?.toString(), 'alice');
    assert.equal(strictBase64('')?.length, 0);
    const refused = ['YWxpY2U', 'YWxpY2U==', 'YWxp Y2U=', 'YWxpY2U=\n', 'YWx-Y2U=', '='];
    assert.deepEqual(
      refused.filter((text) => strictBase64(text) !== undefined),
      [],
    );
  });

  it('decodeText() reads UTF-8 where it is valid and Latin-1 where it is not', () => {
    assert.equal(decodeText(Buffer.from('Größe')), 'Größe');
    assert.equal(decodeText(Buffer.from('Größe', 'latin1')), 'Größe');
    assert.equal(decodeText(Buffer.from('sent \ufffd itself')), 'sent \ufffd itself');
    assert.equal(decodeText(Buffer.from('250 Größe\r\n', 'latin1'), 4, 9), 'Größe');
  });

  it('escapeOctets() escapes what a spelling does not write as it is', () => {
    const octets = Buffer.from("a+b=c d~'é");
    assert.equal(escapeOctets(octets, 'uri'), 'a%2Bb%3Dc%20d~%27%C3%A9');
    assert.equal(escapeOctets(octets, 'browser'), encodeURIComponent(octets.toString()));
    assert.equal(escapeOctets(octets, 'xtext'), "a+2Bb+3Dc+20d~'+C3+A9");
  });
});
