import type { Written } from '../../authoring/written.ts';
import { ask, type Probe, reply } from '../probe.ts';
import { mailboxProbes } from './imap-mailboxes.ts';
import { reach, type State, statesOf, stateWords, type Target } from './target.ts';

interface Row {
  readonly name: string;
  readonly asks: readonly Written[];
  readonly references?: readonly string[];
  readonly states?: readonly State[];
}

const outside: readonly State[] = ['plain', 'tls'];
const inside: readonly State[] = ['login'];

const commands: readonly Row[] = [
  { name: 'Capabilities', references: ['RFC 9051 section 6.1.1'], asks: [ask('CAPABILITY')] },
  { name: 'ID', references: ['RFC 2971'], asks: [ask('ID ("name" "mailspec")')] },
  { name: 'NOOP', asks: [ask('NOOP')] },
  { name: 'LOGOUT', asks: [ask('LOGOUT'), { expect: reply }] },
  { name: 'An unknown command', asks: [ask('MAILSPEC')] },
  { name: 'STARTTLS once more', states: ['tls', 'login'], asks: [ask('STARTTLS')] },
  { name: 'SELECT before login', states: outside, asks: [ask('SELECT INBOX')] },
  { name: 'AUTHENTICATE with an unknown mechanism', states: outside, asks: [ask('AUTHENTICATE MAILSPEC')] },
  { name: 'NAMESPACE', references: ['RFC 2342'], states: inside, asks: [ask('NAMESPACE')] },
  { name: 'Mailboxes', states: inside, asks: [ask('LIST "" *')] },
  { name: 'Mailboxes at the top', states: inside, asks: [ask('LIST "" %')] },
  { name: 'The separator', states: inside, asks: [ask('LIST "" ""')] },
  { name: 'Subscribed mailboxes', states: inside, asks: [ask('LSUB "" *')] },
  {
    name: 'Mailboxes for a special use',
    references: ['RFC 6154'],
    states: inside,
    asks: [ask('LIST (SPECIAL-USE) "" *')],
  },
  {
    name: 'LIST with return options',
    references: ['RFC 5258'],
    states: inside,
    asks: [ask('LIST "" INBOX RETURN (SUBSCRIBED CHILDREN)')],
  },
  { name: 'XLIST', states: inside, asks: [ask('XLIST "" INBOX')] },
  {
    name: 'ENABLE',
    references: ['RFC 5161'],
    states: inside,
    asks: [ask('ENABLE CONDSTORE QRESYNC UTF8=ACCEPT IMAP4rev2')],
  },
  { name: 'COMPRESS', references: ['RFC 4978'], states: inside, asks: [ask('COMPRESS MAILSPEC')] },
  {
    name: 'Rights on INBOX',
    references: ['RFC 4314'],
    states: inside,
    asks: [ask('MYRIGHTS INBOX'), ask('GETACL INBOX')],
  },
  { name: 'METADATA', references: ['RFC 5464'], states: inside, asks: [ask('GETMETADATA INBOX /private/comment')] },
  { name: 'NOTIFY', references: ['RFC 5465'], states: inside, asks: [ask('NOTIFY NONE')] },
  { name: 'GENURLAUTH', states: inside, asks: [ask('GENURLAUTH "imap://mailspec/" INTERNAL')] },
  { name: 'A second login', states: inside, asks: [ask('AUTHENTICATE PLAIN')] },
  {
    name: 'SELECT of a mailbox that does not exist',
    states: inside,
    asks: [ask('SELECT "${prefix}mailspec-none"'), ask('STATUS "${prefix}mailspec-none" (MESSAGES)')],
  },
  { name: 'CREATE of mailboxes that must not be', states: inside, asks: [ask('CREATE INBOX'), ask('CREATE ""')] },
  { name: 'DELETE of INBOX', states: inside, asks: [ask('DELETE INBOX')] },
  { name: 'LANGUAGE', states: inside, asks: [ask('LANGUAGE')] },
  { name: 'A command in lower case, and one with a space too many', states: inside, asks: [ask('noop'), ask('NOOP ')] },
];

const mechanisms = [
  'PLAIN',
  'LOGIN',
  'CRAM-MD5',
  'DIGEST-MD5',
  'SCRAM-SHA-1',
  'SCRAM-SHA-256',
  'NTLM',
  'GSSAPI',
  'XOAUTH2',
  'OAUTHBEARER',
  'EXTERNAL',
  'ANONYMOUS',
];

export function imapProbes(target: Target): readonly Probe[] {
  const { name: server, implicitTls, login } = target;
  const base = { file: server, server };
  const states = statesOf(target);
  const prefixed = (asks: readonly Written[]): readonly Written[] =>
    JSON.stringify(asks).includes('${prefix}') ? [{ use: 'mailspec:imap#namespace' }, ...asks] : asks;
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
    ...states.flatMap((state) =>
      commands
        .filter((row) => row.states?.includes(state) ?? true)
        .map(
          (row): Probe => ({
            ...base,
            name: `${row.name}, ${stateWords[state]}`,
            ...(row.references && { references: row.references }),
            ...(state === 'login' && { exclusive: ['mailbox of ${user}'] }),
            steps: [...reach(target, state), ...prefixed(row.asks)],
          }),
        ),
    ),
    ...states
      .filter((state) => state !== 'login')
      .flatMap((state) =>
        (state === 'plain' && states.length > 1 ? mechanisms.slice(0, 2) : mechanisms).map(
          (mechanism): Probe => ({
            ...base,
            name: `AUTHENTICATE ${mechanism}, ${stateWords[state]}`,
            steps: [...reach(target, state), ask(`AUTHENTICATE ${mechanism}`)],
          }),
        ),
      ),
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
            name: 'An unknown user',
            leaves: 'failed logins' as const,
            provokes: ['failed-login'],
            steps: [...reach(target, 'tls'), ask('LOGIN "${unknown_user}" "mailspec"')],
          },
          {
            ...base,
            name: 'INBOX',
            exclusive: ['mailbox of ${user}'],
            steps: [...reach(target, 'login'), ask('GETQUOTAROOT INBOX')],
          },
          ...mailboxProbes(target),
        ]
      : []),
  ];
}
