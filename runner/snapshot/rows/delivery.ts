import type { Written, WrittenMap } from '../../authoring/written.ts';
import { ask, gate, header, type Probe, reply, status, stored, uidl } from '../probe.ts';
import { messages, messagesLater, messagesOnce, ordinary, short } from './messages.ts';
import { on, reach, type State, senderIn, type Target } from './target.ts';

/** The account whose mailbox is searched for mail. */
export interface Reader {
  readonly imap: Target;
  readonly user: string;
  readonly password: string;
}

/** A mailbox with the name of the detail. */
const folder = '${prefix}mailspec';

/** The best state for delivery, as is usual today. */
function bestState({ login, implicitTls, starttls }: Target): State {
  return login ? 'login' : implicitTls || starttls ? 'tls' : 'plain';
}

/** The steps that deliver a message. */
export function delivered(target: Target, lines: readonly string[], to: string, expect = gate): readonly Written[] {
  return [...reach(target, bestState(target)), ...transaction(target, lines, to, expect)];
}

/** The same in an open session. */
export function transaction(target: Target, lines: readonly string[], to: string, expect = gate): readonly Written[] {
  const state = bestState(target);
  return [
    { send: `MAIL FROM:<${senderIn(state)}>`, expect: 250 },
    { send: `RCPT TO:<${to}>`, expect: 250 },
    { send: 'DATA', expect: 354 },
    {
      ...contentOf(lines.map((line) => line.replaceAll('${sender}', senderIn(state)))),
      expect,
    },
  ];
}

/** Messages that are not text are sent as they are: `message` would change an LF within a line to CRLF. */
function contentOf(lines: readonly string[]): WrittenMap {
  return lines.some((line) => /[\n\0]/.test(line))
    ? { send: { raw: `${lines.join('\r\n')}.\r\n` } }
    : { message: lines.join('\n') };
}

/** Each message, and one to an address with a detail, for the account that a variable names. */
function arrivals(
  target: Target,
  isFirst: boolean,
  user: string,
  facts: Pick<Probe, 'server' | 'connections' | 'exclusive'>,
  steps: (lines: readonly string[], to: string) => readonly Written[],
): readonly Probe[] {
  const base = { ...facts, file: `${target.name}-delivery`, leaves: 'mail' as const, timeout: '90s' };
  const usual = target.protocol === 'lmtp' ? messages.slice(0, 3) : messages;
  const rows = isFirst ? [...usual, ...messagesOnce] : usual;
  return [
    ...rows.map(([name, ...lines]): Probe => ({ ...base, name: arrivalOf(name), steps: steps(lines, `\${${user}}`) })),
    {
      ...base,
      name: 'What arrives at an address with a detail',
      steps: steps(ordinary, `\${${user}|local-part}+mailspec@\${${user}|domain}`),
    },
  ];
}

function arrivalOf(name: string): string {
  return `What arrives of ${name}`;
}

/** The steps that open the reader's session. */
export function logsIn({ imap, user, password }: Reader): readonly Written[] {
  return on('imap', [
    ...(imap.implicitTls || !imap.starttls ? [{ expect: 'OK' }] : [{ use: 'mailspec:imap#encrypted' }]),
    { use: 'mailspec:imap#authenticated', with: { user: `\${${user}}`, password: `\${${password}}` } },
  ]);
}

/** Waits for the scenario's message. */
export const finds: Written = {
  eventually: {
    ...{ within: '30s', every: '300ms' },
    dialogue: [{ use: 'mailspec:imap#find', with: { mailbox: 'INBOX' } }],
  },
};

/** The steps that find what arrived, show it and remove it. */
function shown(reader: Reader): readonly Written[] {
  return [
    ...logsIn(reader),
    ...on('imap', [
      finds,
      { send: 'FETCH ${seq} BODY.PEEK[HEADER]', expect: header },
      { send: 'FETCH ${seq} BODY.PEEK[TEXT]', expect: header },
      { send: 'FETCH ${seq} FLAGS', expect: reply },
      { use: 'mailspec:imap#remove' },
    ]),
  ];
}

function factsOf(target: Target, { imap, user }: Reader): Pick<Probe, 'connections' | 'exclusive'> {
  return { connections: { smtp: target.name, imap: imap.name }, exclusive: [`mailbox of \${${user}}`] };
}

/** Messages that came later, for the first entry point. */
export function laterDeliveryProbes([target]: readonly Target[], reader: Reader | undefined): readonly Probe[] {
  if (target === undefined || reader === undefined) return [];
  return messagesLater.map(
    ([name, ...lines]): Probe => ({
      ...factsOf(target, reader),
      ...{ file: `${target.name}-delivery`, leaves: 'mail', timeout: '90s' },
      name: arrivalOf(name),
      steps: [...on('smtp', delivered(target, lines, `\${${reader.user}}`)), ...shown(reader)],
    }),
  );
}

/** The header and text that arrive, for each entry point. */
export function deliveryProbes(entries: readonly Target[], reader: Reader): readonly Probe[] {
  const { user } = reader;
  return entries.flatMap((target, index) => [
    ...arrivals(target, index === 0, user, factsOf(target, reader), (lines, to) => [
      ...on('smtp', delivered(target, lines, to)),
      ...shown(reader),
    ]),
    ...(index === 0
      ? [
          {
            ...factsOf(target, reader),
            file: `${target.name}-detail`,
            leaves: 'mail' as const,
            timeout: '90s',
            name: 'Mail to an address with a detail that is the name of a mailbox',
            references: ['RFC 5233'],
            steps: [
              ...logsIn(reader),
              ...on('imap', [{ use: 'mailspec:imap#namespace' }, { send: `CREATE "${folder}"`, expect: 'OK' }]),
              ...on('smtp', delivered(target, short, `\${${user}|local-part}+mailspec@\${${user}|domain}`)),
              ...on('imap', [finds, { use: 'mailspec:imap#remove' }, ask(`STATUS "${folder}" (MESSAGES)`)]),
            ],
            after: on('imap', [
              { send: 'EXAMINE INBOX', expect: 'OK' },
              { send: `DELETE "${folder}"`, expect: 'OK' },
            ]),
          },
        ]
      : []),
  ]);
}

/** The same if only the files can be examined. */
export function storedProbes(entries: readonly Target[], path: string, user: string): readonly Probe[] {
  const look: readonly Written[] = [
    {
      eventually: {
        ...{ within: '30s', every: '300ms' },
        dialogue: [{ maildir: path, expect: { messages: [{ subject: '/${scenario.id}/' }] } }],
      },
    },
    { maildir: path, expect: stored },
  ];
  return entries.flatMap((target, index) =>
    arrivals(target, index === 0, user, { server: target.name }, (lines, to) => [
      ...delivered(target, lines, to),
      ...look,
    ]),
  );
}

const posted = ['From: <someone@somewhere.example>', 'Subject: mailspec ${scenario.id}', '', 'Hello', ''].join('\r\n');

/** How POP3 shows a message, which is stored in INBOX by IMAP and deleted by POP3. */
export function pop3MessageProbes(pop3: Target, imap: Target): readonly Probe[] {
  const base = {
    file: `${pop3.name}-messages`,
    connections: { imap: imap.name, pop3: pop3.name },
    exclusive: ['mailbox of ${user}'],
  };
  const found: readonly Written[] = [
    ...on('imap', [...reach(imap, 'login'), { send: ['APPEND INBOX ', { literal: posted }], expect: 'OK' }]),
    ...on('pop3', [...reach(pop3, 'login'), { use: 'mailspec:pop3#newest' }]),
  ];
  return [
    {
      ...base,
      name: 'A message, as UIDL, TOP and RETR show it',
      steps: [
        ...found,
        ...on('pop3', [
          { send: 'UIDL ${last}', expect: uidl },
          { send: 'UIDL', expect: uidl },
          { send: 'TOP ${last} 0', expect: reply },
          { send: 'RETR ${last}', expect: reply },
          { send: 'DELE ${last}', expect: status },
          ask('QUIT'),
        ]),
      ],
    },
    {
      ...base,
      name: 'The flags of a message that POP3 has read',
      steps: [
        ...found,
        ...on('pop3', [
          { send: 'RETR ${last}', expect: status },
          { send: 'QUIT', expect: status },
        ]),
        ...on('imap', [
          { use: 'mailspec:imap#find', with: { mailbox: 'INBOX' } },
          { send: 'FETCH ${seq} FLAGS', expect: reply },
          { use: 'mailspec:imap#remove' },
        ]),
      ],
    },
  ];
}
