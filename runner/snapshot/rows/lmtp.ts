import { ask, type Probe, reply } from '../probe.ts';
import { commandProbes, type Row } from './session.ts';
import { reach, type Target } from './target.ts';

const commands: readonly Row[] = [
  { name: 'LHLO', asks: [ask('LHLO ${helo}')] },
  { name: 'NOOP, RSET, HELP', asks: [ask('NOOP'), ask('RSET'), ask('HELP')] },
  { name: 'VRFY', asks: [ask('VRFY ${recipient}')] },
  { name: 'An unknown command', asks: [ask('MAILSPEC')] },
  { name: 'EHLO', asks: [ask('EHLO ${helo}')] },
  { name: 'RCPT before MAIL', asks: [ask('RCPT TO:<${recipient}>')] },
  { name: 'QUIT', asks: [ask('QUIT'), { expect: reply }] },
  { name: 'XCLIENT', asks: [ask('XCLIENT NAME=client.example ADDR=192.0.2.7')] },
  { name: 'AUTH', asks: [ask('AUTH PLAIN')] },
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
    ...commandProbes(target, commands),
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
