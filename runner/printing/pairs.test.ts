import assert from 'node:assert/strict';
import fc from 'fast-check';
import { absentFrom } from './pairs.ts';

/** Few different characters, so that forms often occur: also of two octets, and with the same place in the table. */
const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', 'é', 'ā', '→', '☃', '\ud83d'), maxLength: 40 });

describe('absentFrom()', () => {
  it('never says that of what is there', () => {
    fc.assert(fc.property(text, text, text, (before, form, after) => !absentFrom(`${before}${form}${after}`)(form)));
  });

  it('says it of a form with a pair of characters that is not there, and not of the text before', () => {
    assert.equal(absentFrom('a password')('sword'), false);
    const absent = absentFrom('a passphrase');
    assert.equal(absent('sword'), true);
    assert.equal(absent('phrase'), false);
  });

  it('says nothing of a single character', () => {
    assert.equal(absentFrom('abc')('x'), false);
    assert.equal(absentFrom('')('x'), false);
  });
});
