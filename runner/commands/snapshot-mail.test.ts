import assert from 'node:assert/strict';
import type { Stuck } from '../snapshot/maildir.ts';
import type { Probe } from '../snapshot/probe.ts';
import { mailNotes, mailQuestion } from './snapshot-mail.ts';

const cwd = '/project';
const probe: Probe = { file: 'mx', name: 'A message', leaves: 'mail', steps: [] };

describe('mailQuestion()', () => {
  const maildir = (path: string) => ({ path, known: new Set<string>() });
  for (const [title, probes, maildirs, becomes] of [
    ['over IMAP', [{ ...probe, connections: { smtp: 'mx', imap: 'imap' } }], [], 'They are removed again.'],
    [
      'from Maildirs',
      [probe],
      [maildir('/project/bob'), maildir('/home/alice/Maildir')],
      'They are removed again from "bob" and "../home/alice/Maildir".',
    ],
    [
      'not at all',
      [probe],
      [],
      'They stay there: the configuration has neither an IMAP server where the account can log in nor a Maildir that mailspec may read, from which they could be removed.',
    ],
  ] as const)
    it(`says that messages are removed ${title}`, () =>
      assert.equal(
        mailQuestion(probes, { maildirs, closed: [] }, { cwd }),
        `Send test messages to the accounts? ${becomes}`,
      ));
});

describe('mailNotes()', () => {
  it('says what stays, a line for each reason', () => {
    const stuck = (name: string, cannot: Stuck['cannot']): Stuck => ({
      ...{ maildir: '/project/bob', name, cannot, why: 'no permission' },
    });
    assert.deepEqual(
      mailNotes(
        {
          stuck: [stuck('new/1', 'delete'), stuck('new/2', 'read'), stuck('cur/3:2,S', 'delete')],
          waiting: ['mabc-1a', 'mabc-1a'],
          closed: [{ path: '/project/alice', why: 'no permission' }],
        },
        { cwd },
      ),
      [
        'note: Cannot look into "alice": no permission; messages that arrive there stay',
        'note: Cannot delete 2 messages in "bob", such as "new/1": no permission',
        'note: Cannot read 1 new message in "bob", such as "new/2": no permission',
        'note: 2 messages did not arrive within 10 s, such as "mailspec mabc-1a", and will stay where they arrive later',
      ],
    );
    assert.deepEqual(mailNotes({ stuck: [], closed: [], waiting: [] }, { cwd }), []);
  });
});
