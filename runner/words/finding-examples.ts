import type { FindingName, Flaw } from '../protocol/findings.ts';

/** What a server with a flaw sends, as Latin-1 characters, and what it answers. */
export interface FindingExample {
  readonly name: FindingName;
  readonly sent?: string;
  readonly came: string;
}

/** An example of each flaw; `mailspec explain` prints them. A test checks that a parser finds each of them. */
export const findingExamples: Readonly<Record<Flaw, FindingExample>> = {
  syntax: { name: 'imap.fetch.syntax', came: '* 1 FETCH UID 5\r\n' },
  'leading-space': { name: 'imap.response.leading-space', sent: 'a NOOP', came: ' a OK done\r\n' },
  'trailing-space': { name: 'imap.flag-list.trailing-space', came: '* FLAGS (\\Seen \\Draft )\r\n' },
  'extra-space': { name: 'imap.response.extra-space', sent: 'a NOOP', came: 'a  OK done\r\n' },
  'missing-space': { name: 'smtp.reply.missing-space', sent: 'NOOP', came: '250ok\r\n' },
  tab: { name: 'imap.response.tab', sent: 'a NOOP', came: 'a\tOK done\r\n' },
  nil: { name: 'imap.fetch.nil', came: '* 1 FETCH (RFC822.SIZE NIL)\r\n' },
  quoted: { name: 'imap.flag-list.quoted', came: '* FLAGS ("\\\\Seen")\r\n' },
  unquoted: { name: 'imap.id.unquoted', sent: 'a ID NIL', came: '* ID (name Dovecot)\r\n' },
  escape: { name: 'imap.mailbox.escape', came: '* LIST () "/" "a\\b"\r\n' },
  'eight-bit': { name: 'smtp.reply.eight-bit', sent: 'NOOP', came: '250 \xfc\r\n' },
  control: { name: 'imap.response.control', sent: 'a NOOP', came: 'a OK a\0b\r\n' },
  literal: { name: 'imap.mailbox.literal', came: '* LIST () "/" {5+}\r\nINBOX\r\n' },
  range: { name: 'smtp.reply.range', sent: 'NOOP', came: '260 ok\r\n' },
  empty: { name: 'imap.fetch.empty', came: '* 1 FETCH ()\r\n' },
  duplicate: { name: 'imap.fetch.duplicate', came: '* 1 FETCH (UID 5 UID 5)\r\n' },
  'bare-lf': { name: 'smtp.reply.bare-lf', sent: 'NOOP', came: '250 ok\n' },
  length: { name: 'smtp.reply.length', sent: 'NOOP', came: `250 ${'x'.repeat(507)}\r\n` },
  incomplete: { name: 'imap.response.incomplete', came: '* 1 FETCH (FLAGS (' },
  status: { name: 'imap.tagged.status', sent: 'a NOOP', came: 'a FINE done\r\n' },
  lowercase: { name: 'pop3.reply.lowercase', sent: 'NOOP', came: '+ok\r\n' },
  'unknown-tag': { name: 'imap.tagged.unknown-tag', sent: 'a NOOP', came: 'b OK done\r\n' },
  wildcard: { name: 'imap.flag-list.wildcard', came: '* FLAGS (\\*)\r\n' },
  attribute: { name: 'imap.list.attribute', came: '* LIST (HasNoChildren) "/" INBOX\r\n' },
  conflict: { name: 'imap.list.conflict', came: '* LIST (\\HasChildren \\HasNoChildren) "/" INBOX\r\n' },
  delimiter: { name: 'imap.list.delimiter', came: '* LIST () "//" INBOX\r\n' },
  'utf-7': { name: 'imap.mailbox.utf-7', came: '* LIST () "/" "a&b"\r\n' },
  peek: { name: 'imap.fetch.peek', came: '* 1 FETCH (BODY.PEEK[] "a")\r\n' },
  origin: { name: 'imap.fetch.origin', came: '* 1 FETCH (BODY[]<0.5> "abcde")\r\n' },
  'date-time': { name: 'imap.fetch.date-time', came: '* 1 FETCH (INTERNALDATE "2026-11-27 09:00:00")\r\n' },
  forbidden: {
    name: 'imap.expunge.forbidden',
    sent: 'a FETCH 1:* FLAGS',
    came: '* 2 EXPUNGE\r\na OK done\r\n',
  },
  starttls: { name: 'smtp.ehlo.starttls', sent: 'EHLO client.example', came: '250-mx\r\n250 STARTTLS\r\n' },
  code: { name: 'smtp.auth.code', sent: 'AUTH PLAIN AGEAYg==', came: '250 ok\r\n' },
  codes: { name: 'smtp.reply.codes', sent: 'NOOP', came: '250-one\r\n550 two\r\n' },
  domain: { name: 'smtp.ehlo.domain', sent: 'EHLO client.example', came: '250-\r\n250 HELP\r\n' },
  class: { name: 'smtp.enhanced-code.class', sent: 'NOOP', came: '250 5.1.1 ok\r\n' },
  keyword: { name: 'smtp.ehlo.keyword', sent: 'EHLO client.example', came: '250-mx\r\n250 AUTH=PLAIN\r\n' },
  parameter: { name: 'smtp.ehlo.parameter', sent: 'EHLO client.example', came: '250-mx\r\n250 SIZE 10MB\r\n' },
  revision: { name: 'imap.capability.revision', sent: 'a CAPABILITY', came: '* CAPABILITY IDLE\r\n' },
  'no-mechanism': { name: 'smtp.ehlo.no-mechanism', sent: 'EHLO client.example', came: '250-mx\r\n250 AUTH\r\n' },
  active: {
    name: 'sieve.listscripts.active',
    sent: 'LISTSCRIPTS',
    came: '"one" ACTIVE\r\n"two" ACTIVE\r\nOK\r\n',
  },
  'dot-stuffing': { name: 'pop3.body.dot-stuffing', sent: 'RETR 1', came: '+OK\r\n.hidden\r\n.\r\n' },
  number: { name: 'pop3.list.number', sent: 'LIST 1', came: '+OK 2 100\r\n' },
  'too-few': { name: 'lmtp.message.too-few', sent: 'two recipients, and the message', came: '250 2.0.0 Ok\r\n' },
  'close-notify': { name: 'tls.end.close-notify', sent: 'QUIT', came: '221 2.0.0 Bye\r\n' },
};
