import assert from 'node:assert/strict';
import { farewellIn, isTlsRecord } from './early-record.ts';
import { limits } from './limits.ts';

describe('farewellIn()', () => {
  for (const text of [
    '* BYE [UNAVAILABLE] TLS initialization failed.\r\n',
    'BYE "TLS initialization failed."\r\n',
    '-ERR [SYS/TEMP] TLS initialization failed.\r\n',
    '454 4.7.0 TLS not available due to local problem\r\n',
  ])
    it(`takes ${JSON.stringify(text)} for the end of a handshake that the server cannot begin`, () =>
      assert.match(farewellIn(Buffer.from(text))?.message ?? '', /instead of it the server says "[^\r\n]+"$/));

  for (const text of [
    '250 2.0.0 Ok\r\n',
    'b OK Capability completed (TLS).\r\n',
    '* CAPABILITY IMAP4rev1 STARTTLS\r\n',
    '* BYE Logging out\r\n',
    '* BYE TLS initialization failed.\r\nb OK NOOP completed.\r\n',
    '-ERR TLS initialization failed.',
    '\x15\x03\x03\x00\x02\x02P',
    '',
  ])
    it(`takes ${JSON.stringify(text)} for something else`, () =>
      assert.equal(farewellIn(Buffer.from(text, 'latin1')), undefined));

  it('is done at once with as much as a server may send, and quotes the beginning only', () => {
    const words = 'TLS '.repeat(limits.unread / 4);
    assert.equal(farewellIn(Buffer.from(`454 ${words}`)), undefined);
    assert.ok((farewellIn(Buffer.from(`454 ${words}\r\n`))?.message.length ?? 0) < 400);
  });

  it('leaves TLS records to isTlsRecord()', () =>
    assert.equal(isTlsRecord(Buffer.from('\x15\x03\x03', 'latin1')), true));
});
