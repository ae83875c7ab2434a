import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyText } from '../../../fixtures/testing/any-text.ts';
import { SaslError } from './client.ts';
import { saslPrep } from './saslprep.ts';

describe('sasl saslprep', () => {
  it('saslPrep() gives the examples of RFC 4013 section 3', () => {
    const examples: readonly (readonly [string, string])[] = [
      ['I\u00adX', 'IX'],
      ['user', 'user'],
      ['USER', 'USER'],
      ['\u00aa', 'a'],
      ['\u2168', 'IX'],
    ];
    for (const [text, prepared] of examples) assert.equal(saslPrep(text, 'password'), prepared);
    assert.throws(() => saslPrep('\u0007', 'password'), {
      kind: 'credentials',
      message: 'the password contains a control character',
    });
    assert.throws(() => saslPrep('\u0627\u0031', 'password'), { kind: 'credentials', message: /writing directions/ });
  });

  it('saslPrep() takes text in one direction and refuses both in one', () => {
    assert.equal(saslPrep('\u0634\u0628\u0643\u0629', 'user'), '\u0634\u0628\u0643\u0629');
    assert.equal(saslPrep('\u05d0 1 \u05d1', 'user'), '\u05d0 1 \u05d1');
    assert.throws(() => saslPrep('\u05d0a\u05d1', 'user'), { rule: 'RFC 4013 section 2.4' });
  });

  it('saslPrep() makes every space the ASCII one and composes', () => {
    assert.equal(saslPrep('a\u00a0b\u3000c', 'user'), 'a b c');
    assert.equal(saslPrep('u\u0308', 'user'), '\u00fc');
  });

  it('saslPrep() refuses what RFC 4013 section 2.3 prohibits', () => {
    for (const text of [
      '\0',
      '\x7f',
      '\x85',
      '\ue000',
      '\ufdd0',
      '\ud800',
      '\ufffd',
      '\u2ff0',
      '\u200e',
      '\u{e0001}',
      '\u{1fffe}',
      '\u{10fffd}',
    ]) {
      assert.throws(() => saslPrep(`a${text}`, 'user'), { kind: 'credentials', rule: /RFC 4013/ });
    }
  });

  it('saslPrep() prepares any text once and for all, or refuses it', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        try {
          const prepared = saslPrep(text, 'user');
          assert.equal(saslPrep(prepared, 'user'), prepared);
        } catch (error) {
          if (!(error instanceof SaslError)) throw error;
        }
      }),
    );
  });
});
