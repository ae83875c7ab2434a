import assert from 'node:assert/strict';
import { leftOver } from './left-over.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const [user, password] = [base64('alice'), base64('secret')];
const plain = base64('\0alice\0secret');

describe('leftOver()', () => {
  const rows: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['responses after AUTH LOGIN', ['AUTH LOGIN', user, password, 'QUIT'], [user, 'alice', password, 'secret']],
    ['an initial response', [`a1 AUTHENTICATE PLAIN ${plain}`], [plain, 'alice', 'secret']],
    ["IMAP's LOGIN with a tag", ['a login alice "secret"'], ['secret']],
    ["POP3's PASS", ['PASS secret'], ['secret']],
    ['nothing after the exchange', ['AUTH LOGIN', 'RSET', 'NOOP', user], []],
    ['nothing of other commands', ['EHLO a.example', 'SELECT INBOX', 'NOOP', user], []],
  ];
  for (const [what, lines, secrets] of rows) it(`finds ${what}`, () => assert.deepEqual(leftOver(lines), secrets));
});
