import type { Written } from '../../authoring/written.ts';
import { ask, header, type Probe, reply } from '../probe.ts';
import { reach, type Target } from './target.ts';

/** Its own mailbox, which is deleted at the end. */
export const box = '${prefix}mailspec ${scenario.id}';
export const created: readonly Written[] = [
  { use: 'mailspec:imap#namespace' },
  { send: `CREATE "${box}"`, expect: 'OK' },
];
/** Courier does not delete an open mailbox. */
export const removed: readonly Written[] = [
  { send: 'EXAMINE INBOX', expect: 'OK' },
  { send: `DELETE "${box}"`, expect: 'OK' },
];

const message = [
  'Date: Tue, 03 Mar 2026 09:30:00 +0100',
  'From: Some One <someone@somewhere.example>',
  'To: other@elsewhere.example',
  'Subject: mailspec',
  'Message-ID: <mailspec@somewhere.example>',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  'Hello',
  '',
].join('\r\n');

const append = (options: string, expect: Written = 'OK'): Written => ({
  send: [`APPEND "${box}" ${options} `, { literal: message }],
  expect,
});
export const selected: Written = { send: `SELECT "${box}"`, expect: 'OK' };
/** With a message in it. */
const filled: readonly Written[] = [append('()'), selected];

type Work = Pick<Probe, 'name' | 'references'> & { readonly asks: readonly Written[] };

/** Operations that rename it, or create what outlives it. */
const moreWork: readonly Work[] = [
  { name: 'Subscriptions', asks: [ask(`SUBSCRIBE "${box}"`), ask(`LSUB "" "${box}"`), ask(`UNSUBSCRIBE "${box}"`)] },
  { name: 'RENAME', asks: [ask(`RENAME "${box}" "${box} b"`), ask(`RENAME "${box} b" "${box}"`)] },
  {
    name: 'Mailboxes below another, with a slash and with a dot',
    asks: [
      ask(`CREATE "${box}/one"`),
      ask(`LIST "" "${box}/*"`),
      ask(`CREATE "${box}.two"`),
      ask(`LIST "" "${box}.*"`),
    ],
  },
  {
    name: 'CREATE with a special use',
    references: ['RFC 6154'],
    asks: [ask(`CREATE "${box} c" (USE (\\Archive))`)],
  },
];

/** Other servers read these messages as commands. */
const withLiterals: readonly Work[] = [
  {
    name: 'APPEND with a literal that does not wait',
    asks: [{ send: [`APPEND "${box}" `, { literal: message, plus: true }], expect: reply }],
  },
  {
    name: 'APPEND to a mailbox that does not exist',
    asks: [{ send: ['APPEND "${prefix}mailspec-none" ', { literal: message, plus: true }], expect: reply }],
  },
];

/** Removes in another session what these operations may have left, however far they came, and checks that nothing is. */
const allRemoved = (target: Target): readonly Written[] => [
  'close',
  ...reach(target, 'login'),
  ...[
    `UNSUBSCRIBE "${box}"`,
    // Cyrus does not delete a mailbox with a special use (RFC 6154 section 4).
    `SETMETADATA "${box} c" (/private/specialuse NIL)`,
    ...['/one', '.two', ' b', ' c', ''].map((name) => `DELETE "${box}${name}"`),
  ].map((command) => ({ send: command, expect: { status: ['OK', 'NO', 'BAD'] } })),
  { send: `LIST "" "${box}*"`, expect: { status: 'OK', untagged: [{ none: 'LIST' }] } },
];

/** Operations on messages and mailboxes, each in its own mailbox. */
const work: readonly Work[] = [
  {
    name: 'A new mailbox: how it is listed and what it has',
    asks: [
      ask(`LIST "" "${box}"`),
      ask(`STATUS "${box}" (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)`),
      ask(`SELECT "${box}"`),
    ],
  },
  {
    name: 'EXAMINE, CHECK, UNSELECT and CLOSE',
    asks: [ask(`EXAMINE "${box}"`), ask('CHECK'), ask('UNSELECT'), selected, ask('CLOSE')],
  },
  { name: 'A mailbox that is there already', asks: [ask(`CREATE "${box}"`)] },
  {
    name: 'APPEND',
    asks: [
      append('(\\Seen $Label mailspec) "03-Mar-2026 09:30:00 +0100"', reply),
      selected,
      ask('FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE)'),
    ],
  },
  {
    name: 'ENVELOPE and BODYSTRUCTURE',
    asks: [...filled, ask('FETCH 1 (ENVELOPE)'), ask('FETCH 1 (BODYSTRUCTURE)')],
  },
  {
    name: 'A header as it is stored',
    asks: [...filled, { send: 'FETCH 1 BODY.PEEK[HEADER]', expect: header }],
  },
  {
    name: 'FETCH of what extensions add',
    asks: [
      ...filled,
      ask('FETCH 1 (EMAILID THREADID)'),
      ask('FETCH 1 (PREVIEW)'),
      ask('FETCH 1 (SAVEDATE)'),
      ask('FETCH 1 BINARY.SIZE[1]'),
      ask('FETCH 1 (MODSEQ)'),
    ],
  },
  {
    name: 'STORE of flags and keywords',
    asks: [
      ...filled,
      ask('STORE 1 +FLAGS (\\Flagged \\Draft)'),
      ask('STORE 1 +FLAGS ($Forwarded mailspec)'),
      ask('STORE 1 FLAGS.SILENT (\\Seen)'),
      ask('FETCH 1 FLAGS'),
    ],
  },
  {
    name: 'SEARCH',
    asks: [
      ...filled,
      ask('SEARCH ALL'),
      ask('SEARCH BODY hello'),
      ask('SEARCH CHARSET UTF-8 SUBJECT mailspec'),
      ask('SEARCH RETURN (MIN MAX COUNT) ALL'),
      ask('SEARCH FUZZY SUBJECT mailspec'),
      ask('SEARCH OLDER 3600'),
      ask('SEARCH MODSEQ 1'),
    ],
  },
  {
    name: 'SORT and THREAD',
    asks: [
      ...filled,
      ask('SORT (SUBJECT) UTF-8 ALL'),
      ask('SORT (DISPLAYFROM) UTF-8 ALL'),
      ask('THREAD REFERENCES UTF-8 ALL'),
      ask('THREAD ORDEREDSUBJECT UTF-8 ALL'),
      ask('THREAD REFS UTF-8 ALL'),
      ask('SORT RETURN (COUNT) (SUBJECT) UTF-8 ALL'),
    ],
  },
  {
    name: 'COPY and MOVE',
    asks: [...filled, ask(`COPY 1 "${box}"`), ask(`UID MOVE 1 "${box}"`), ask('COPY 1 "${prefix}mailspec-none"')],
  },
  {
    name: 'EXPUNGE and UID EXPUNGE',
    asks: [append('(\\Deleted)'), append('(\\Deleted)'), selected, ask('UID EXPUNGE 1'), ask('EXPUNGE')],
  },
  { name: 'IDLE', references: ['RFC 2177'], asks: [selected, ask('IDLE'), { send: 'DONE', expect: reply }] },
  {
    name: 'SELECT with CONDSTORE and QRESYNC',
    asks: [ask(`SELECT "${box}" (CONDSTORE)`), ask('ENABLE QRESYNC'), ask(`SELECT "${box}" (QRESYNC (1 1))`)],
  },
  {
    name: 'Rights on an own mailbox',
    references: ['RFC 4314'],
    asks: [
      ask(`MYRIGHTS "${box}"`),
      ask(`GETACL "${box}"`),
      ask(`LISTRIGHTS "${box}" anyone`),
      ask(`SETACL "${box}" anyone lr`),
    ],
  },
  {
    name: 'REPLACE',
    asks: [...filled, { send: [`REPLACE 1 "${box}" `, { literal: message }], expect: reply }],
  },
  { name: 'MULTISEARCH', asks: [ask(`ESEARCH IN (mailboxes "${box}") ALL`)] },
  {
    name: 'STATUS of what extensions add',
    asks: [
      ask(`STATUS "${box}" (SIZE)`),
      ask(`STATUS "${box}" (HIGHESTMODSEQ)`),
      ask(`STATUS "${box}" (MAILBOXID)`),
      ask(`STATUS "${box}" (APPENDLIMIT)`),
      ask(`STATUS "${box}" (DELETED)`),
    ],
  },
  {
    name: 'Names with a separator at the end',
    asks: [
      ask(`STATUS "${box}/" (MESSAGES)`),
      ask(`STATUS "${box}." (MESSAGES)`),
      ask(`LIST "" "${box}/"`),
      ask(`LIST "" "${box}."`),
      ask(`LIST "${box}/" ""`),
    ],
  },
];

export function mailboxProbes(target: Target): readonly Probe[] {
  const { name: server } = target;
  const probes = (file: string, rows: readonly Work[], after: readonly Written[]) =>
    rows.map(
      ({ asks, ...row }): Probe => ({
        ...row,
        file: `${server}-${file}`,
        server,
        exclusive: ['mailbox of ${user}'],
        steps: [...reach(target, 'login'), ...created, ...asks],
        after,
      }),
    );
  return [
    ...probes('mailboxes', target.literals ? [...work, ...withLiterals] : work, removed),
    ...probes('more-mailboxes', moreWork, allRemoved(target)),
  ];
}
