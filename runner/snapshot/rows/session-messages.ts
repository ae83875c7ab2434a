import type { Probe } from '../probe.ts';
import { delivered, finds, logsIn, type Reader, transaction } from './delivery.ts';
import { short } from './messages.ts';
import { on, type Target } from './target.ts';

/** More than the ten after which Exim no longer delivers at once (smtp_accept_queue_per_connection). */
const count = 11;

/**
 * How many messages one session may send. Each is removed before the next is sent, so that none remains if the server
 * refuses a later one; nothing is sent after a refusal.
 */
export function sessionMessageProbes(targets: readonly Target[], reader: Reader | undefined): readonly Probe[] {
  const entry = targets.find(({ protocol }) => protocol === 'smtp');
  if (entry === undefined) return [];
  const { imap, user = 'recipient' } = reader ?? {};
  const to = `\${${user}}`;
  const next = on('smtp', transaction(entry, short, to));
  const removed = reader === undefined ? [] : on('imap', [finds, { use: 'mailspec:imap#remove' }]);
  return [
    {
      file: `${entry.name}-limits`,
      name: `${count} messages in one session`,
      connections: { smtp: entry.name, ...(imap && { imap: imap.name }) },
      exclusive: [`mailbox of \${${user}}`],
      leaves: 'mail',
      provokes: ['rate-limit'],
      timeout: '3m',
      steps: [
        ...(reader ? logsIn(reader) : []),
        ...on('smtp', delivered(entry, short, to)),
        ...removed,
        ...Array.from({ length: count - 1 }, () => [...next, ...removed]).flat(),
      ],
    },
  ];
}
