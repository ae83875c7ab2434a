import type { Written } from '../../authoring/written.ts';
import { logged, type Probe, status } from '../probe.ts';
import { plain } from './delays.ts';
import { delivered, finds, logsIn, type Reader } from './delivery.ts';
import { short } from './messages.ts';
import { on, reach, type Target } from './target.ts';

/** What logs of Postfix, Exim, Sendmail, OpenSMTPD and Courier say of a message, each in its own form. */
const ofDelivery: readonly string[] = [
  '/\\bTLSv?1\\.[23]\\b/',
  '/(?:\\bfrom[=:] ?<?|<= )[^\\s<>]+@/i',
  '/(?:\\bto[=:] ?<?|[-=]> )[^\\s<>]+@|[-=]> \\S+ <\\S+@/i',
  '/<= .* for [^\\s<>]+@/',
  '/(?:message-id|msgid|\\bid)=<?[^\\s<>]+@somewhere\\.example/i',
  '/\\b(?:size|S)=\\d/',
  '/\\bP=e?smtp|\\bproto=e?smtp/i',
  '/\\b(?:delays?|xdelay|DT|QT)=/',
  '/\\bstat(?:us)?=sent|\\bCompleted\\b|\\bresult="?Ok|\\bsaved mail to\\b/i',
];

/** What logs of Dovecot, Postfix, Exim, Courier and Cyrus say of a failed login. */
const ofFailedLogin: readonly string[] = [
  '/\\b(?:user=<?|user: |\\()[^\\s<>(),]+@/i',
  '/\\bfail|\\bbad ?login|\\binvalid|\\bincorrect/i',
  '/mismatch|unknown user|no such user|wrong password|invalid password/i',
  '/\\d+\\.\\d+\\.\\d+\\.\\d+|[0-9a-f]*::[0-9a-f:]*/i',
];

/** Reads the log a little later, and again if lines are missing: the server writes some of them after its reply. */
function read(patterns: readonly string[]): readonly Written[] {
  return [
    { wait: '2s' },
    {
      eventually: {
        ...{ within: '30s', every: '500ms' },
        dialogue: [{ log: '${mail_log}', expect: logged(patterns) }],
      },
    },
  ];
}

/**
 * What the log says, for whoever looks for the cause of a problem. The scenarios run alone, since other scenarios' lines
 * look like theirs.
 */
export function logProbes(targets: readonly Target[], reader: Reader | undefined): readonly Probe[] {
  const entry = targets.find(({ protocol }) => protocol === 'smtp');
  const withLogin = targets.filter(({ login }) => login);
  const login = ['imap', 'smtp'].flatMap((each) => withLogin.filter(({ protocol }) => protocol === each))[0];
  return [
    ...(entry === undefined ? [] : [ofMessage(entry, reader)]),
    ...(login === undefined ? [] : [ofWrongPassword(login)]),
  ];
}

function ofMessage(entry: Target, reader: Reader | undefined): Probe {
  const { imap, user = 'recipient' } = reader ?? {};
  return {
    file: 'log',
    name: 'What the log says of a delivery',
    description:
      'As far as the log says it: the version of TLS, sender, recipient, Message-ID, size, protocol, delay and outcome.',
    connections: { smtp: entry.name, ...(imap && { imap: imap.name }) },
    exclusive: [`mailbox of \${${user}}`],
    leaves: 'mail',
    provokes: ['rate-limit'],
    timeout: '90s',
    steps: [
      ...on('smtp', delivered(entry, short, `\${${user}}`)),
      ...read(ofDelivery),
      ...(reader ? [...logsIn(reader), ...on('imap', [finds, { use: 'mailspec:imap#remove' }])] : []),
    ],
  };
}

function ofWrongPassword(target: Target): Probe {
  const { name: server, protocol } = target;
  return {
    file: 'log',
    name: 'What the log says of a wrong password',
    description:
      'As far as the log says it: the login name, that the login failed, the reason, and the address of the client.',
    server,
    leaves: 'failed logins',
    provokes: ['failed-login'],
    timeout: '90s',
    steps: [
      ...reach(target, 'tls'),
      {
        authenticate: { mechanism: plain[protocol], user: '${user}', password: 'mailspec' },
        expect: status,
        timeout: '60s',
      },
      // Dovecot logs a failed login when its session ends.
      protocol === 'imap' ? { send: 'LOGOUT', expect: 'OK' } : { send: 'QUIT', expect: '221' },
      ...read(ofFailedLogin),
    ],
  };
}
