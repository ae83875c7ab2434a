import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeMailboxName, encodeMailboxName } from './modified-utf7.ts';

describe('encodeMailboxName()', () => {
  it('encodeMailboxName() shifts what is no printable ASCII', () => {
    assert.equal(encodeMailboxName('Entwürfe & mehr'), 'Entw&APw-rfe &- mehr');
    assert.equal(encodeMailboxName('~peter/mail/台北/日本語'), '~peter/mail/&U,BTFw-/&ZeVnLIqe-'); // RFC 3501 section 5.1.3
  });

  it('encodeMailboxName() is undone by decodeMailboxName()', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) =>
        assert.equal(decodeMailboxName(encodeMailboxName(name)), name),
      ),
    ));
});
