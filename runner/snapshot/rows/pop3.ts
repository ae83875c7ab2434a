import { ask, type Probe, reply } from '../probe.ts';
import { afterLogin, beforeLogin, commandProbes, encrypted, mechanismProbes, type Row } from './session.ts';
import { reach, type Target } from './target.ts';

const commands: readonly Row[] = [
  { name: 'CAPA', asks: [ask('CAPA')] },
  { name: 'An unknown command', asks: [ask('MAILSPEC')] },
  { name: 'NOOP', asks: [ask('NOOP')] },
  { name: 'QUIT', states: beforeLogin, asks: [ask('QUIT'), { expect: reply }] },
  { name: 'STAT before login', states: beforeLogin, asks: [ask('STAT')] },
  { name: 'PASS before USER', states: beforeLogin, asks: [ask('PASS mailspec')] },
  { name: 'USER without a name', states: beforeLogin, asks: [ask('USER')] },
  { name: 'USER', states: beforeLogin, asks: [ask('USER ${user}')] },
  { name: 'AUTH without a mechanism', states: beforeLogin, asks: [ask('AUTH')] },
  { name: 'AUTH with an unknown mechanism', states: beforeLogin, asks: [ask('AUTH MAILSPEC')] },
  { name: 'APOP', states: beforeLogin, asks: [ask('APOP mailspec')] },
  { name: 'STLS once more', states: encrypted, asks: [ask('STLS')] },
  {
    name: 'Messages that are not there',
    states: afterLogin,
    asks: [ask('RETR 99999'), ask('DELE 99999'), ask('TOP 99999 0'), ask('UIDL 99999')],
  },
  { name: 'RSET and LAST', states: afterLogin, asks: [ask('RSET'), ask('LAST')] },
  { name: 'USER after login', states: afterLogin, asks: [ask('USER ${user}')] },
  { name: 'UTF8 and LANG', states: afterLogin, asks: [ask('UTF8'), ask('LANG')] },
];

export function pop3Probes(target: Target): readonly Probe[] {
  const { name: server, implicitTls, login } = target;
  const base = { file: server, server };
  return [
    { ...base, name: 'The greeting', steps: [{ expect: reply }] },
    ...(implicitTls
      ? []
      : [{ ...base, name: 'STLS', references: ['RFC 2595 section 4'], steps: [{ expect: '+OK' }, ask('STLS')] }]),
    ...commandProbes(target, commands),
    ...mechanismProbes(target, 'AUTH'),
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
