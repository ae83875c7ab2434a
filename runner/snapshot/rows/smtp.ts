import type { Written } from '../../authoring/written.ts';
import { ask, type Probe, reply, status } from '../probe.ts';
import { commandProbes, encrypted, mechanismProbes, type Row } from './session.ts';
import { firstState, reach, senderIn, stateWords, type Target } from './target.ts';

/**
 * Commands whose replies show how a server is configured. Each scenario has few that are refused, since servers count
 * those.
 */
const commands: readonly Row[] = [
  { name: 'NOOP, RSET and HELP', asks: [ask('NOOP'), ask('RSET'), ask('HELP')] },
  {
    name: 'VRFY',
    references: ['RFC 5321 section 4.1.1.6'],
    asks: [ask('VRFY ${recipient}'), ask('VRFY ${unknown_user}')],
  },
  { name: 'EXPN', references: ['RFC 5321 section 4.1.1.7'], asks: [ask('EXPN postmaster')] },
  { name: 'ETRN', references: ['RFC 1985'], asks: [ask('ETRN ${domain}'), ask('ETRN ${relay_domain}')] },
  { name: 'An unknown command', asks: [ask('MAILSPEC')] },
  { name: 'An empty line', asks: [ask('')] },
  { name: 'A request of HTTP', asks: [ask('GET / HTTP/1.1')] },
  { name: 'XCLIENT', asks: [ask('XCLIENT NAME=client.example ADDR=192.0.2.7')] },
  { name: 'XFORWARD', asks: [ask('XFORWARD NAME=client.example ADDR=192.0.2.7')] },
  { name: 'RCPT before MAIL', asks: [ask('RCPT TO:<${recipient}>')] },
  { name: 'DATA before MAIL', asks: [ask('DATA')] },
  { name: 'BDAT before MAIL', references: ['RFC 3030'], asks: [ask('BDAT 0 LAST')] },
  { name: 'MAIL twice', asks: [ask('MAIL FROM:<${sender}>'), ask('MAIL FROM:<${sender}>')] },
  { name: 'A second EHLO', asks: [ask('EHLO ${helo}')] },
  { name: 'AUTH with an unknown mechanism', references: ['RFC 4954 section 4'], asks: [ask('AUTH MAILSPEC')] },
  { name: 'AUTH without a mechanism', asks: [ask('AUTH')] },
  {
    name: 'AUTH within a mail transaction',
    states: ['tls'],
    asks: [ask('MAIL FROM:<${sender}>'), ask('AUTH PLAIN')],
  },
  { name: 'A second AUTH', states: ['login'], asks: [ask('AUTH PLAIN')] },
  { name: 'STARTTLS with a parameter', states: ['plain'], asks: [ask('STARTTLS now')] },
  { name: 'STARTTLS', references: ['RFC 3207'], states: ['plain'], asks: [ask('STARTTLS')] },
  { name: 'STARTTLS once more', states: encrypted, asks: [ask('STARTTLS')] },
  { name: 'Obsolete commands', asks: [ask('TURN'), ask('SAML FROM:<${sender}>')] },
  { name: 'QUIT', asks: [ask('QUIT'), { expect: reply }] },
];

const senders: readonly (readonly [name: string, ...lines: readonly string[]])[] = [
  ['the empty sender', 'MAIL FROM:<>'],
  ['a sender elsewhere', 'MAIL FROM:<${sender}>'],
  ['the account itself', 'MAIL FROM:<${user}>'],
  ['another account', 'MAIL FROM:<${recipient}>'],
  ['a sender of the domain who does not exist', 'MAIL FROM:<${unknown_user}>'],
  ['a sender of a subdomain', 'MAIL FROM:<someone@mailspec.${domain}>'],
  ['a sender whose domain does not exist', 'MAIL FROM:<someone@nowhere.invalid>'],
  ['a sender without a domain', 'MAIL FROM:<mailspec>'],
  ['a sender whose domain is an address', 'MAIL FROM:<someone@[192.0.2.7]>'],
  ['a sender with a dot missing', 'MAIL FROM:<someone@localhost>'],
  ['a sender without angle brackets', 'MAIL FROM:someone@somewhere.example'],
  ['a space before the sender', 'MAIL FROM: <${sender}>'],
  ['a quoted sender', 'MAIL FROM:<"some one"@somewhere.example>'],
  ['a source route', 'MAIL FROM:<@elsewhere.example:${sender}>'],
  ['a local part of 65 characters', `MAIL FROM:<${'m'.repeat(65)}@somewhere.example>`],
  ['a sender in UTF-8 without SMTPUTF8', 'MAIL FROM:<grüße@somewhere.example>'],
  ['the parameter SIZE', 'MAIL FROM:<${sender}> SIZE=1000'],
  ['a SIZE of a terabyte', 'MAIL FROM:<${sender}> SIZE=1000000000000'],
  ['a SIZE that is not a number', 'MAIL FROM:<${sender}> SIZE=large'],
  ['BODY=8BITMIME', 'MAIL FROM:<${sender}> BODY=8BITMIME'],
  ['BODY=BINARYMIME', 'MAIL FROM:<${sender}> BODY=BINARYMIME'],
  ['SMTPUTF8', 'MAIL FROM:<${sender}> SMTPUTF8'],
  ['RET and ENVID', 'MAIL FROM:<${sender}> RET=HDRS ENVID=mailspec'],
  ['the parameter AUTH', 'MAIL FROM:<${sender}> AUTH=<>'],
  ['an unknown parameter', 'MAIL FROM:<${sender}> MAILSPEC=1'],
];

const recipients: readonly (readonly [name: string, ...lines: readonly string[]])[] = [
  ['mailboxes', 'RCPT TO:<${recipient}>', 'RCPT TO:<${user}>'],
  ['the same recipient twice', 'RCPT TO:<${recipient}>', 'RCPT TO:<${recipient}>'],
  ['an unknown recipient', 'RCPT TO:<${unknown_user}>'],
  ['postmaster', 'RCPT TO:<postmaster@${domain}>', 'RCPT TO:<postmaster>'],
  ['abuse', 'RCPT TO:<abuse@${domain}>'],
  ['hostmaster', 'RCPT TO:<hostmaster@${domain}>'],
  ['webmaster', 'RCPT TO:<webmaster@${domain}>'],
  ['root', 'RCPT TO:<root@${domain}>'],
  ['mailer-daemon', 'RCPT TO:<mailer-daemon@${domain}>'],
  ['an address with a detail after a plus sign', 'RCPT TO:<${recipient|local-part}+mailspec@${recipient|domain}>'],
  ['an address with a detail after a hyphen', 'RCPT TO:<${recipient|local-part}-mailspec@${recipient|domain}>'],
  ['the local part in capital letters', 'RCPT TO:<${recipient|local-part|upper}@${recipient|domain}>'],
  ['the domain in capital letters', 'RCPT TO:<${recipient|local-part}@${recipient|domain|upper}>'],
  ['a quoted local part', 'RCPT TO:<"${recipient|local-part}"@${recipient|domain}>'],
  ['a dot at the end', 'RCPT TO:<${recipient}.>'],
  ['the local part only', 'RCPT TO:<${recipient|local-part}>'],
  ['the local part at the host', 'RCPT TO:<${recipient|local-part}@${hostname}>'],
  ['the local part at localhost', 'RCPT TO:<${recipient|local-part}@localhost>'],
  ['the local part at an address', 'RCPT TO:<${recipient|local-part}@[127.0.0.1]>'],
  ['the local part at a subdomain', 'RCPT TO:<${recipient|local-part}@mailspec.${domain}>'],
  ['a recipient elsewhere', 'RCPT TO:<someone@${relay_domain}>'],
  ['a recipient elsewhere after a percent sign', 'RCPT TO:<someone%${relay_domain}@${domain}>'],
  ['a mailbox after a percent sign', 'RCPT TO:<${recipient|local-part}%${domain}@${domain}>'],
  ['a recipient whose domain does not exist', 'RCPT TO:<someone@nowhere.invalid>'],
  ['a source route', 'RCPT TO:<@${domain}:${recipient}>'],
  ['a bang path', 'RCPT TO:<${domain}!${recipient|local-part}>'],
  ['no angle brackets', 'RCPT TO:${recipient}'],
  ['two pairs of angle brackets', 'RCPT TO:<<${recipient}>>'],
  ['a space before the recipient', 'RCPT TO: <${recipient}>'],
  ['a recipient in UTF-8 without SMTPUTF8', 'RCPT TO:<grüße@${recipient|domain}>'],
  ['NOTIFY and ORCPT', 'RCPT TO:<${recipient}> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;${recipient}'],
  ['an unknown parameter', 'RCPT TO:<${recipient}> MAILSPEC=1'],
];

/** Senders and recipients that may be restricted only at DATA; no message is sent. */
const beforeData: readonly (readonly [name: string, sender: string | undefined, ...recipients: readonly string[]])[] = [
  ['one recipient', undefined, '${recipient}'],
  ['a recipient who is unknown', undefined, '${unknown_user}'],
  ['the empty sender and two recipients', '', '${recipient}', '${user}'],
];

const clients = [
  'localhost',
  'client',
  '${domain}',
  '${hostname}',
  '[192.0.2.7]',
  '192.0.2.7',
  'under_score.example',
  'nowhere.invalid',
  '-client.example',
];

const transaction: readonly Written[] = [ask('MAIL FROM:<${sender}>'), ask('RCPT TO:<${recipient}>')];

/** The behavior of an SMTP server in each session state. */
export function smtpProbes(target: Target): readonly Probe[] {
  const { name: server, implicitTls, starttls, login } = target;
  const base = { file: server, server };
  const first = firstState(target);
  const addressed = login ? ([first, 'login'] as const) : [first];
  const hello: readonly Written[] = [{ expect: 220 }];
  return [
    { ...base, name: 'The greeting', steps: [{ expect: reply }] },
    {
      ...base,
      name: `EHLO ${stateWords[first]}`,
      references: ['RFC 5321 section 4.1.1.1'],
      steps: [...hello, ask('EHLO ${helo}')],
    },
    { ...base, name: 'HELO', steps: [...hello, ask('HELO ${helo}')] },
    { ...base, name: 'EHLO and HELO without a name', steps: [...hello, ask('EHLO'), ask('HELO')] },
    {
      ...base,
      name: 'MAIL before EHLO',
      steps: [...hello, ...transaction],
    },
    {
      ...base,
      name: 'EHLO and NOOP in one packet',
      references: ['RFC 2920 section 3.1'],
      steps: [...hello, { send: { raw: 'EHLO ${helo}\r\nNOOP\r\n' }, expect: reply }, { expect: reply }],
    },
    {
      ...base,
      name: 'A command that ends with LF only',
      references: ['RFC 5321 section 2.3.8'],
      steps: [...reach(target, first), { send: { raw: 'NOOP\n' }, expect: reply }],
    },
    ...(!implicitTls && starttls
      ? [
          {
            ...base,
            name: 'EHLO over TLS',
            steps: [...hello, { send: 'EHLO ${helo}', expect: 250 }, 'starttls', ask('EHLO ${helo}')],
          },
        ]
      : []),
    ...(login ? [{ ...base, name: 'EHLO after login', steps: [...reach(target, 'login'), ask('EHLO ${helo}')] }] : []),
    ...clients.map(
      (client): Probe => ({
        ...base,
        name: `A client that calls itself ${client}`,
        steps: [...hello, { send: `EHLO ${client}`, expect: status }, ...transaction],
      }),
    ),
    ...commandProbes(target, commands),
    ...mechanismProbes(target, 'AUTH'),
    ...addressed.flatMap((state) => [
      ...beforeData.map(
        ([name, sender, ...to]): Probe => ({
          ...base,
          name: `DATA, ${stateWords[state]}: ${name}`,
          steps: [
            ...reach(target, state),
            { send: `MAIL FROM:<${sender ?? senderIn(state)}>`, expect: status },
            ...to.map((each): Written => ({ send: `RCPT TO:<${each}>`, expect: status })),
            ask('DATA'),
          ],
        }),
      ),
      ...senders.map(
        ([name, ...lines]): Probe => ({
          ...base,
          name: `MAIL, ${stateWords[state]}: ${name}`,
          steps: [...reach(target, state), ...lines.map(ask), ask('RCPT TO:<${recipient}>')],
        }),
      ),
      ...recipients.map(
        ([name, ...lines]): Probe => ({
          ...base,
          name: `RCPT, ${stateWords[state]}: ${name}`,
          steps: [
            ...reach(target, state),
            { send: `MAIL FROM:<${senderIn(state)}>`, expect: status },
            ...lines.map(ask),
          ],
        }),
      ),
    ]),
  ];
}
