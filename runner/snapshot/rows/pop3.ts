import type { Written } from '../../authoring/written.ts';
import { ask, type Probe, reply } from '../probe.ts';
import { reach, type State, statesOf, stateWords, type Target } from './target.ts';

const outside: readonly State[] = ['plain', 'tls'];
const inside: readonly State[] = ['login'];

const commands: readonly {
  readonly name: string;
  readonly states?: readonly State[];
  readonly asks: readonly Written[];
}[] = [
  { name: 'CAPA', asks: [ask('CAPA')] },
  { name: 'An unknown command', asks: [ask('MAILSPEC')] },
  { name: 'NOOP', asks: [ask('NOOP')] },
  { name: 'QUIT', states: outside, asks: [ask('QUIT'), { expect: reply }] },
  { name: 'STAT before login', states: outside, asks: [ask('STAT')] },
  { name: 'PASS before USER', states: outside, asks: [ask('PASS mailspec')] },
  { name: 'USER without a name', states: outside, asks: [ask('USER')] },
  { name: 'USER', states: outside, asks: [ask('USER ${user}')] },
  { name: 'AUTH without a mechanism', states: outside, asks: [ask('AUTH')] },
  { name: 'AUTH with an unknown mechanism', states: outside, asks: [ask('AUTH MAILSPEC')] },
  { name: 'APOP', states: outside, asks: [ask('APOP mailspec')] },
  { name: 'STLS once more', states: ['tls', 'login'], asks: [ask('STLS')] },
  {
    name: 'Messages that are not there',
    states: inside,
    asks: [ask('RETR 99999'), ask('DELE 99999'), ask('TOP 99999 0'), ask('UIDL 99999')],
  },
  { name: 'RSET and LAST', states: inside, asks: [ask('RSET'), ask('LAST')] },
  { name: 'USER after login', states: inside, asks: [ask('USER ${user}')] },
  { name: 'UTF8 and LANG', states: inside, asks: [ask('UTF8'), ask('LANG')] },
];

const mechanisms = [
  'PLAIN',
  'LOGIN',
  'CRAM-MD5',
  'DIGEST-MD5',
  'SCRAM-SHA-1',
  'SCRAM-SHA-256',
  'NTLM',
  'XOAUTH2',
  'OAUTHBEARER',
  'EXTERNAL',
];

export function pop3Probes(target: Target): readonly Probe[] {
  const { name: server, implicitTls, login } = target;
  const base = { file: server, server };
  const states = statesOf(target);
  return [
    { ...base, name: 'The greeting', steps: [{ expect: reply }] },
    ...(implicitTls
      ? []
      : [{ ...base, name: 'STLS', references: ['RFC 2595 section 4'], steps: [{ expect: '+OK' }, ask('STLS')] }]),
    ...states.flatMap((state) =>
      commands
        .filter((row) => row.states?.includes(state) ?? true)
        .map(
          (row): Probe => ({
            ...base,
            name: `${row.name}, ${stateWords[state]}`,
            ...(state === 'login' && { exclusive: ['mailbox of ${user}'] }),
            steps: [...reach(target, state), ...row.asks],
          }),
        ),
    ),
    ...states
      .filter((state) => state !== 'login')
      .flatMap((state) =>
        (state === 'plain' && states.length > 1 ? mechanisms.slice(0, 2) : mechanisms).map(
          (mechanism): Probe => ({
            ...base,
            name: `AUTH ${mechanism}, ${stateWords[state]}`,
            steps: [...reach(target, state), ask(`AUTH ${mechanism}`)],
          }),
        ),
      ),
    ...(login
      ? [
          {
            ...base,
            name: 'USER and PASS',
            exclusive: ['mailbox of ${user}'],
            steps: [
              ...reach(target, 'tls'),
              { authenticate: { mechanism: 'user-pass', user: '${user}', password: '${password}' }, expect: reply },
              { send: 'QUIT', expect: reply },
            ],
          },
        ]
      : []),
  ];
}
