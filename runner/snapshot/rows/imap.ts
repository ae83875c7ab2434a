import { ask, type Probe, reply } from '../probe.ts';
import { mailboxProbes } from './imap-mailboxes.ts';
import { afterLogin, beforeLogin, commandProbes, encrypted, mechanismProbes, type Row } from './session.ts';
import { reach, type Target } from './target.ts';

const commands: readonly Row[] = [
  { name: 'Capabilities', references: ['RFC 9051 section 6.1.1'], asks: [ask('CAPABILITY')] },
  { name: 'ID', references: ['RFC 2971'], asks: [ask('ID ("name" "mailspec")')] },
  { name: 'NOOP', asks: [ask('NOOP')] },
  { name: 'LOGOUT', asks: [ask('LOGOUT'), { expect: reply }] },
  { name: 'An unknown command', asks: [ask('MAILSPEC')] },
  { name: 'STARTTLS once more', states: encrypted, asks: [ask('STARTTLS')] },
  { name: 'SELECT before login', states: beforeLogin, asks: [ask('SELECT INBOX')] },
  { name: 'AUTHENTICATE with an unknown mechanism', states: beforeLogin, asks: [ask('AUTHENTICATE MAILSPEC')] },
  { name: 'NAMESPACE', references: ['RFC 2342'], states: afterLogin, asks: [ask('NAMESPACE')] },
  { name: 'Mailboxes', states: afterLogin, asks: [ask('LIST "" *')] },
  { name: 'Mailboxes at the top', states: afterLogin, asks: [ask('LIST "" %')] },
  { name: 'The separator', states: afterLogin, asks: [ask('LIST "" ""')] },
  { name: 'Subscribed mailboxes', states: afterLogin, asks: [ask('LSUB "" *')] },
  {
    name: 'Mailboxes for a special use',
    references: ['RFC 6154'],
    states: afterLogin,
    asks: [ask('LIST (SPECIAL-USE) "" *')],
  },
  {
    name: 'LIST with return options',
    references: ['RFC 5258'],
    states: afterLogin,
    asks: [ask('LIST "" INBOX RETURN (SUBSCRIBED CHILDREN)')],
  },
  { name: 'XLIST', states: afterLogin, asks: [ask('XLIST "" INBOX')] },
  {
    name: 'ENABLE',
    references: ['RFC 5161'],
    states: afterLogin,
    asks: [ask('ENABLE CONDSTORE QRESYNC UTF8=ACCEPT IMAP4rev2')],
  },
  { name: 'COMPRESS', references: ['RFC 4978'], states: afterLogin, asks: [ask('COMPRESS MAILSPEC')] },
  {
    name: 'Rights on INBOX',
    references: ['RFC 4314'],
    states: afterLogin,
    asks: [ask('MYRIGHTS INBOX'), ask('GETACL INBOX')],
  },
  { name: 'METADATA', references: ['RFC 5464'], states: afterLogin, asks: [ask('GETMETADATA INBOX /private/comment')] },
  { name: 'NOTIFY', references: ['RFC 5465'], states: afterLogin, asks: [ask('NOTIFY NONE')] },
  { name: 'GENURLAUTH', states: afterLogin, asks: [ask('GENURLAUTH "imap://mailspec/" INTERNAL')] },
  { name: 'A second login', states: afterLogin, asks: [ask('AUTHENTICATE PLAIN')] },
  {
    name: 'SELECT of a mailbox that does not exist',
    states: afterLogin,
    asks: [
      { use: 'mailspec:imap#namespace' },
      ask('SELECT "${prefix}mailspec-none"'),
      ask('STATUS "${prefix}mailspec-none" (MESSAGES)'),
    ],
  },
  { name: 'CREATE of mailboxes that must not be', states: afterLogin, asks: [ask('CREATE INBOX'), ask('CREATE ""')] },
  { name: 'DELETE of INBOX', states: afterLogin, asks: [ask('DELETE INBOX')] },
  { name: 'LANGUAGE', states: afterLogin, asks: [ask('LANGUAGE')] },
  {
    name: 'A command in lower case, and one with a space too many',
    states: afterLogin,
    asks: [ask('noop'), ask('NOOP ')],
  },
];

export function imapProbes(target: Target): readonly Probe[] {
  const { name: server, implicitTls, login } = target;
  const base = { file: server, server };
  return [
    { ...base, name: 'The greeting', steps: [{ expect: reply }] },
    ...(!implicitTls
      ? [
          {
            ...base,
            name: 'STARTTLS',
            references: ['RFC 9051 section 6.2.1'],
            steps: [{ expect: 'OK' }, ask('STARTTLS')],
          },
        ]
      : []),
    ...commandProbes(target, commands),
    ...mechanismProbes(target, 'AUTHENTICATE'),
    ...(implicitTls
      ? []
      : [
          {
            ...base,
            name: 'LOGIN before TLS',
            leaves: 'failed logins' as const,
            provokes: ['failed-login'],
            steps: [...reach(target, 'plain'), ask('LOGIN "${unknown_user}" "mailspec"')],
          },
        ]),
    ...(login
      ? [
          {
            ...base,
            name: 'LOGIN',
            steps: [
              ...reach(target, 'tls'),
              { authenticate: { mechanism: 'login-command', user: '${user}', password: '${password}' }, expect: reply },
            ],
          },
          {
            ...base,
            name: 'AUTHENTICATE PLAIN, with the account',
            steps: [
              ...reach(target, 'tls'),
              { authenticate: { mechanism: 'PLAIN', user: '${user}', password: '${password}' }, expect: reply },
            ],
          },
          {
            ...base,
            name: 'The quota of INBOX',
            exclusive: ['mailbox of ${user}'],
            steps: [...reach(target, 'login'), ask('GETQUOTAROOT INBOX')],
          },
          ...mailboxProbes(target),
        ]
      : []),
  ];
}
