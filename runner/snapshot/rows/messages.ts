/* Messages that snapshots send, to see what arrives of them. */

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

export const ordinary = [...head, ...mime, ...body];
export const short = [...head, '', 'Hello', ''];

/** Messages for each entry point. */
export const messages: readonly (readonly [name: string, ...lines: readonly string[]])[] = [
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
export const messagesOnce: readonly (readonly [name: string, ...lines: readonly string[]])[] = [
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

/** Those that came later; after all other scenarios. */
export const messagesLater: readonly (readonly [name: string, ...lines: readonly string[]])[] = [
  ['a message with NUL', ...head, '', 'Hello\0there', ''],
];
