import type { Written } from '../../authoring/written.ts';
import { type Probe, worked } from '../probe.ts';
import { delivered, logsIn, type Reader } from './delivery.ts';
import { short } from './messages.ts';
import { on, type Target } from './target.ts';

/** All messages of the scenario: each attempt sends one. */
const found = (matcher: Written): readonly Written[] => [
  { send: 'SELECT INBOX', expect: 'OK' },
  { send: 'UID SEARCH SUBJECT "${scenario.id}"', expect: { status: 'OK', untagged: [{ SEARCH: matcher }] } },
];

/**
 * How soon a server accepts a message after its final dot, when content filters look at it. With several attempts, since
 * a busy disk does not mean that a filter waits.
 */
export function messageDelayProbes(entries: readonly Target[], reader: Reader | undefined): readonly Probe[] {
  if (reader === undefined) return [];
  const { imap, user } = reader;
  return entries.map((target): Probe => {
    const attempt = on('smtp', delivered(target, short, `\${${user}}`, worked));
    const arrived = on('imap', found({ length: { at_least: 1 } }));
    return {
      file: `${target.name}-message-delays`,
      name: 'How soon: a message after its final dot',
      connections: { smtp: target.name, imap: imap.name },
      exclusive: [`mailbox of \${${user}}`],
      leaves: 'mail',
      timeout: '90s',
      steps: [
        ...logsIn(reader),
        { eventually: { within: '30s', every: '500ms', dialogue: attempt } },
        { eventually: { within: '30s', every: '300ms', dialogue: arrived } },
      ],
      after: on('imap', [
        ...found({ capture: 'uids' }),
        { use: 'mailspec:imap#delete', with: { uids: '${uids}' }, when: { captured: 'uids' } },
      ]),
    };
  });
}
