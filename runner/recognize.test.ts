import assert from 'node:assert/strict';
import { recognize } from './recognize.ts';
import type { Product } from './remedy.ts';

const said: readonly (readonly [string, Product | undefined])[] = [
  ['220 mx.example.test ESMTP Postfix (Debian/GNU)', 'postfix'],
  ['554 5.7.1 <a@b.example>: Relay access denied', 'postfix'],
  ['250 2.0.0 Ok: queued as 4F5A41C0F3', 'postfix'],
  ['220 mx.example.test ESMTP Exim 4.96 Thu, 26 Nov 2026 23:00:00 +0000', 'exim'],
  ['550 relay not permitted', 'exim'],
  ['220 mx.example.test ESMTP OpenSMTPD', 'opensmtpd'],
  ['220 mx.example.test ESMTP Sendmail 8.17.1/8.17.1/Debian-2; Thu, 26 Nov 2026', 'sendmail'],
  ['550 5.7.1 a@b.example... Relaying denied', 'sendmail'],
  ['220 mx.example.test ESMTP netqmail', 'qmail'],
  ["553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", 'qmail'],
  ['250 ok 1790000000 qp 4711', 'qmail'],
  ['* OK [CAPABILITY IMAP4rev1 ID] Dovecot (Debian) ready.', 'dovecot'],
  ['"IMPLEMENTATION" "Dovecot Pigeonhole"', 'dovecot'],
  ['* OK [CAPABILITY IMAP4rev1 UIDPLUS] Courier-IMAP ready. Copyright 1998-2022 Double Precision, Inc.', 'courier'],
  ['+OK Hello there.', 'courier'],
  ['* OK [CAPABILITY IMAP4rev1 LITERAL+] mx.example.test Cyrus IMAP 3.6.1 server ready', 'cyrus'],
  ['"IMPLEMENTATION" "Cyrus timsieved 3.6.1"', 'cyrus'],
  ['220 mx.example.test ESMTP', undefined],
  ['+OK POP3 ready', undefined],
];

describe('recognize()', () => {
  for (const [text, product] of said) {
    it(`takes "${text}" for ${product ?? 'no product that it knows'}`, () => assert.equal(recognize(text), product));
  }
});
