import assert from 'node:assert/strict';
import { sentBy } from './run-mail.ts';

const runs = new Set(['mabc1']);
const id = 'mabc1-100002a';

describe('sentBy()', () => {
  const found = (...lines: readonly string[]) => sentBy(Buffer.from(lines.join('\n'), 'latin1'), runs);

  const bounce = (type: string, ...returned: readonly string[]) => [
    'Return-Path: <>',
    'From: MAILER-DAEMON',
    'Subject: Undelivered Mail',
    `Content-Type: ${type};`,
    ' boundary="b"',
    '',
    '--b',
    '',
    'It could not be delivered.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Final-Recipient: rfc822; bob+mailspec@example.test',
    '',
    '--b',
    ...returned,
  ];
  const returned = (...fields: readonly string[]) => [
    'Content-Type: message/rfc822',
    'Content-Description: Undelivered Message',
    '',
    'Received: from a by b',
    ...fields,
    '',
    'Hello',
    '--b--',
  ];
  const report = 'multipart/report; report-type=delivery-status';

  for (const [title, expected, lines] of [
    ['a subject', id, ['Return-Path: <a@b>', `Subject: mailspec ${id}`, '', 'Hello']],
    ['a folded subject to which a server added something', id, ['Subject: [SPAM]', ` mailspec ${id}`, '', 'Hello']],
    ['a Message-ID', id, ['subject: =?utf-8?Q?x?=', `MESSAGE-ID: <${id}@somewhere.example>`, '', '']],
    ['CRLF', id, [`Subject: mailspec ${id}\r`, '\r', 'Hello\r']],
    ['a bounce with the message', id, bounce(report, ...returned(`Subject: mailspec ${id}`))],
    ['a bounce with its header', id, bounce(report, 'Content-Type: text/rfc822-headers', '', `Message-ID: <${id}@x>`)],
    ['only the text', undefined, ['Subject: Your test', '', `Subject: mailspec ${id}`]],
    ['another run', undefined, ['Subject: mailspec mabc2-1a', '', 'Hello']],
    ['an id that begins with that of a run', undefined, ['Subject: mailspec mabc12-1a', '', 'Hello']],
    ['the run without a scenario', undefined, ['Subject: mailspec mabc1', '', 'Hello']],
    ['a reply', undefined, [`Subject: Re: mailspec ${id}`, `In-Reply-To: <${id}@somewhere.example>`, '', 'Hello']],
    ['a later reply', undefined, [`Subject: Re: mailspec ${id}`, 'References: <x@y>', ` <${id}@z>`, '', 'Hello']],
    ['an automatic report with the id in its text', undefined, [...bounce(report), `id=<${id}@somewhere.example>`]],
    ['a bounce of a reply', undefined, bounce(report, ...returned(`Subject: Re: ${id}`, `References: <${id}@z>`))],
    ['a message that another message forwards', undefined, bounce('multipart/mixed', ...returned(`Subject: ${id}`))],
    ['nothing', undefined, []],
  ] as const)
    it(`${expected === undefined ? 'does not recognize' : 'recognizes'} a message by ${title}`, () =>
      assert.equal(found(...lines), expected));
});
