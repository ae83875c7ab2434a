import type { Written, WrittenMap } from '../../authoring/written.ts';
import { ask, gate, header, type Probe, reply, status, stored, uidl } from '../probe.ts';
import { on, reach, type State, senderIn, type Target } from './target.ts';

/** The account whose mailbox is searched for mail. */
export interface Reader {
  readonly imap: Target;
  readonly user: string;
  readonly password: string;
}

const head = [
  'Date: Tue, 03 Mar 2026 09:30:00 +0100',
  'From: Some One <${sender}>',
  'To: <${recipient}>',
  'Subject: mailspec ${scenario.id}',
  'Message-ID: <${scenario.id}@somewhere.example>',
];
const mime = ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit'];
const body = [
  '',
  'Hello,',
  '',
  '.a line that begins with a dot',
  'a line with a space at its end ',
  `a long line: ${'m'.repeat(900)}`,
  '',
];

const ordinary = [...head, ...mime, ...body];

const messages: readonly (readonly [name: string, ...lines: readonly string[]])[] = [
  ['an ordinary message', ...ordinary],
  [
    'a message without Date, To and Message-ID',
    'From: <${sender}>',
    'Subject: mailspec ${scenario.id}',
    '',
    'Hello',
    '',
  ],
  [
    'a message with fields that servers remove or rewrite',
    'Return-Path: <mailspec@somewhere.example>',
    'Received: from mailspec.example (mailspec.example [192.0.2.7]) by mailspec.example; Tue, 03 Mar 2026 09:30:00 +0100',
    'Authentication-Results: ${hostname}; spf=pass',
    'Delivered-To: mailspec@somewhere.example',
    'X-Spam-Status: No',
    'X-Spam-Flag: NO',
    'X-Mailer: mailspec',
    'User-Agent: mailspec',
    'X-Originating-IP: [192.0.2.7]',
    'Sender: <mailspec@somewhere.example>',
    'Bcc: <mailspec@somewhere.example>',
    'Content-Length: 1',
    'Status: RO',
    'Disposition-Notification-To: <mailspec@somewhere.example>',
    'Return-Receipt-To: <mailspec@somewhere.example>',
    'Errors-To: <mailspec@somewhere.example>',
    'Reply-To: <mailspec@host.${domain}>',
    'In-Reply-To: <mailspec@somewhere.example>',
    'References: <mailspec@somewhere.example>',
    'List-Unsubscribe: <mailto:mailspec@somewhere.example>',
    'Precedence: bulk',
    'X-Priority: 1',
    'X-PHP-Originating-Script: 0:mailspec.php',
    'Organization: mailspec',
    ...head,
    '',
    'Hello',
    '',
  ],
  [
    'an incomplete address in the header',
    ...head.filter((line) => !line.startsWith('To:')),
    'To: mailspec',
    'Cc: mailspec@example',
    '',
    'Hello',
    '',
  ],
];

/** A message whose second part is a file of this name. */
function withFile(name: string, type: string, content: string): readonly string[] {
  return [
    ...head,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="mailspec"',
    '',
    '--mailspec',
    'Content-Type: text/plain',
    '',
    'Hello',
    '--mailspec',
    `Content-Type: ${type}; name="${name}"`,
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    content,
    '--mailspec--',
    '',
  ];
}

/** Messages that test the configuration of the whole server: only for the first entry point. */
const messagesOnce: readonly (readonly [name: string, ...lines: readonly string[]])[] = [
  [
    'a message that many servers passed on, with long lines',
    ...Array.from(
      { length: 21 },
      (_, index) =>
        `Received: from m${index}.example (m${index}.example [192.0.2.7]) by m${index + 1}.example; Tue, 03 Mar 2026 09:30:00 +0100`,
    ),
    ...head,
    '',
    `more than RFC 5322 allows: ${'m'.repeat(1_200)}`,
    `more than Postfix keeps in one: ${'m'.repeat(3_000)}`,
    '',
  ],
  [
    'a header field of 4,000 characters',
    ...head,
    'References: <mailspec-999-of-a-long-thread@somewhere.example>',
    ...Array.from({ length: 80 }, (_, index) => ` <mailspec-${1_000 + index}-of-a-long-thread@somewhere.example>`),
    '',
    'Hello',
    '',
  ],
  ['a ZIP archive', ...withFile('mailspec.zip', 'application/zip', 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==')],
  ['a program', ...withFile('mailspec.exe', 'application/x-msdownload', 'TVo=')],
  [
    'an office document with macros',
    ...withFile('mailspec.docm', 'application/vnd.ms-word.document.macroEnabled.12', 'bWFpbHNwZWM='),
  ],
  [
    'a message with octets outside of ASCII, and no MIME',
    ...head.map((line) => (line.startsWith('Subject:') ? `${line} grüße` : line)),
    '',
    'Grüße',
    '',
  ],
  [
    'a message with a line that ends with LF only, and with NUL',
    ...head,
    '',
    'a line that ends with LF only\nHello',
    'NUL: \0',
    '',
  ],
];

/** The best state for delivery, as is usual today. */
function bestState({ login, implicitTls, starttls }: Target): State {
  return login ? 'login' : implicitTls || starttls ? 'tls' : 'plain';
}

/** The steps that deliver a message. */
function delivered(target: Target, lines: readonly string[], to: string): readonly Written[] {
  const state = bestState(target);
  return [
    ...reach(target, state),
    { send: `MAIL FROM:<${senderIn(state)}>`, expect: 250 },
    { send: `RCPT TO:<${to}>`, expect: 250 },
    { send: 'DATA', expect: 354 },
    {
      ...contentOf(lines.map((line) => line.replaceAll('${sender}', senderIn(state)))),
      expect: gate,
    },
  ];
}

/** `message` would change an LF within a line to CRLF, so such a message is sent raw. */
function contentOf(lines: readonly string[]): WrittenMap {
  return lines.some((line) => line.includes('\n'))
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
    ...rows.map(
      ([name, ...lines]): Probe => ({ ...base, name: `What arrives of ${name}`, steps: steps(lines, `\${${user}}`) }),
    ),
    {
      ...base,
      name: 'What arrives at an address with a detail',
      steps: steps(ordinary, `\${${user}|local-part}+mailspec@\${${user}|domain}`),
    },
  ];
}

/** The header and text that arrive, for each entry point. */
export function deliveryProbes(entries: readonly Target[], { imap, user, password }: Reader): readonly Probe[] {
  const look: readonly Written[] = on('imap', [
    ...(imap.implicitTls || !imap.starttls ? [{ expect: 'OK' }] : [{ use: 'mailspec:imap#encrypted' }]),
    { use: 'mailspec:imap#authenticated', with: { user: `\${${user}}`, password: `\${${password}}` } },
    {
      eventually: {
        ...{ within: '30s', every: '300ms' },
        dialogue: [{ use: 'mailspec:imap#find', with: { mailbox: 'INBOX' } }],
      },
    },
    { send: 'FETCH ${seq} BODY.PEEK[HEADER]', expect: header },
    { send: 'FETCH ${seq} BODY.PEEK[TEXT]', expect: header },
    { send: 'FETCH ${seq} FLAGS', expect: reply },
    { use: 'mailspec:imap#remove' },
  ]);
  return entries.flatMap((target, index) =>
    arrivals(
      target,
      index === 0,
      user,
      { connections: { smtp: target.name, imap: imap.name }, exclusive: [`mailbox of \${${user}}`] },
      (lines, to) => [...on('smtp', delivered(target, lines, to)), ...look],
    ),
  );
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
