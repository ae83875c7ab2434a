import assert from 'node:assert/strict';
import type { Seen } from '../engine/witness.ts';
import { createImapParser } from '../protocol/imap.ts';
import { trashIn } from './trash.ts';

function listed(...mailboxes: readonly string[]): Seen {
  const parser = createImapParser();
  parser.push(Buffer.from('* OK ready\r\n'));
  parser.take();
  parser.sent({ bytes: Buffer.from('a LIST "" *\r\n'), as: 'command' });
  parser.push(Buffer.from(`${mailboxes.map((each) => `* LIST ${each}\r\n`).join('')}a OK done\r\n`));
  const reply = parser.take();
  assert.ok(reply);
  return { kind: 'reply', reply, elapsed: 1 };
}

describe('trashIn()', () => {
  it('finds the mailbox by its special use, else by its name', () => {
    const named = '(\\HasNoChildren) "." INBOX.Trash';
    assert.equal(
      trashIn(listed('() "/" INBOX', '(\\HasNoChildren \\Trash) "/" "Deleted Items"', named)),
      'Deleted Items',
    );
    assert.equal(trashIn(listed('() "." INBOX', named, '() "." INBOX.Trashcan')), 'INBOX.Trash');
  });

  it('finds none where there is none, or where its name would need quoting', () => {
    assert.equal(trashIn(listed('() "/" INBOX')), undefined);
    assert.equal(trashIn(listed('(\\Trash) "/" "a\\"b"')), undefined);
    assert.equal(trashIn(undefined), undefined);
  });
});
