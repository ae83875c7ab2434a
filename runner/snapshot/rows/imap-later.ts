import { ask, type Probe, silence } from '../probe.ts';
import { box, created, removed, selected } from './imap-mailboxes.ts';
import { reach, type Target } from './target.ts';

const message = [
  'From: Some One <someone@somewhere.example>',
  'Subject: mailspec ${scenario.id}',
  '',
  'Hello',
  '',
].join('\r\n');

/** Properties of all mailboxes of a server: only for the first one where the account can log in. */
export function laterImapProbes(targets: readonly Target[]): readonly Probe[] {
  const target = targets.find(({ protocol, login }) => protocol === 'imap' && login);
  if (target === undefined) return [];
  return [spokenInIdle(target), ...(target.trash === undefined ? [] : [movedToTrash(target, target.trash)])];
}

/**
 * Some servers send a line now and then, which keeps phones awake (RFC 2177). Again if one comes: Dovecot sends one at
 * each second minute of the clock.
 */
function spokenInIdle(target: Target): Probe {
  const { name: server } = target;
  return {
    ...{ file: server, server },
    name: 'IDLE without news',
    references: ['RFC 2177'],
    exclusive: ['mailbox of ${user}'],
    steps: [
      {
        eventually: {
          ...{ within: '15s', every: '500ms' },
          dialogue: [
            ...reach(target, 'login'),
            ...[{ send: 'EXAMINE INBOX', expect: 'OK' }, ask('IDLE'), { expect: silence('4s') }],
            { send: 'DONE', expect: 'OK' },
          ],
        },
      },
    ],
  };
}

/** Whether the server keeps what was deleted in a mailbox. */
function movedToTrash(target: Target, trash: string): Probe {
  const { name: server } = target;
  const search = 'SUBJECT "${scenario.id}"';
  return {
    ...{ file: `${server}-trash`, server },
    name: `Whether ${trash} gets what is expunged`,
    exclusive: ['mailbox of ${user}'],
    steps: [
      ...reach(target, 'login'),
      ...created,
      { send: [`APPEND "${box}" (\\Deleted) `, { literal: message }], expect: 'OK' },
      ...[selected, { send: 'EXPUNGE', expect: 'OK' }],
      ...[{ send: `EXAMINE "${trash}"`, expect: 'OK' }, ask(`SEARCH ${search}`)],
    ],
    after: [
      { send: `SELECT "${trash}"`, expect: 'OK' },
      { send: `UID SEARCH ${search}`, expect: { status: 'OK', untagged: [{ SEARCH: { capture: 'expunged' } }] } },
      {
        repeat: {
          for: { each: 'expunged' },
          dialogue: [{ use: 'mailspec:imap#delete', with: { uids: '${each}' } }],
        },
      },
      ...removed,
    ],
  };
}
