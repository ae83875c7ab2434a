import type { Written } from '../../authoring/written.ts';
import { ask, type Probe, reply } from '../probe.ts';
import { reach, statesOf, stateWords, type Target } from './target.ts';

const rows: readonly (readonly [name: string, ...asks: readonly Written[]])[] = [
  ['LHLO', ask('LHLO ${helo}')],
  ['NOOP, RSET, HELP', ask('NOOP'), ask('RSET'), ask('HELP')],
  ['VRFY', ask('VRFY ${recipient}')],
  ['An unknown command', ask('MAILSPEC')],
  ['EHLO', ask('EHLO ${helo}')],
  ['RCPT before MAIL', ask('RCPT TO:<${recipient}>')],
  ['QUIT', ask('QUIT'), { expect: reply }],
  ['XCLIENT', ask('XCLIENT NAME=client.example ADDR=192.0.2.7')],
  ['AUTH', ask('AUTH PLAIN')],
];

const recipients = [
  '${recipient}',
  '${unknown_user}',
  '${recipient|local-part}+mailspec@${recipient|domain}',
  '${recipient|local-part|upper}@${recipient|domain}',
  '${recipient|local-part}',
  'someone@${relay_domain}',
  'postmaster@${domain}',
  '${full_user}',
  '${recipient|local-part}-mailspec@${recipient|domain}',
];
const parameters = ['SIZE=1000', 'SIZE=1000000000000', 'BODY=8BITMIME', 'SMTPUTF8', 'MAILSPEC=1'];

export function lmtpProbes(target: Target): readonly Probe[] {
  const { name: server } = target;
  const base = { file: server, server };
  return [
    { ...base, name: 'The greeting', steps: [{ expect: reply }] },
    ...statesOf({ ...target, login: false }).flatMap((state) =>
      rows.map(
        ([name, ...asks]): Probe => ({
          ...base,
          name: `${name}, ${stateWords[state]}`,
          steps: [...reach(target, state), ...asks],
        }),
      ),
    ),
    ...recipients.map(
      (to): Probe => ({
        ...base,
        name: `RCPT TO:<${to}>`,
        steps: [...reach(target, 'plain'), { send: 'MAIL FROM:<${sender}>', expect: 250 }, ask(`RCPT TO:<${to}>`)],
      }),
    ),
    ...parameters.map(
      (parameter): Probe => ({
        ...base,
        name: `MAIL with ${parameter}`,
        steps: [...reach(target, 'plain'), ask(`MAIL FROM:<\${sender}> ${parameter}`)],
      }),
    ),
    {
      ...base,
      name: 'MAIL with the empty sender',
      steps: [...reach(target, 'plain'), ask('MAIL FROM:<>'), ask('RCPT TO:<${recipient}>')],
    },
  ];
}
