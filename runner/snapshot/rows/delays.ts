import type { Written } from '../../authoring/written.ts';
import { type Probe, time, timed } from '../probe.ts';
import { any, reach, type Target } from './target.ts';

/** Commands whose replies may be held back, after what leads to them. */
function paced(
  target: Target,
): readonly (readonly [name: string, steps: readonly Written[], leaves?: 'failed logins'])[] {
  const { protocol, implicitTls, login } = target;
  const first = reach(target, implicitTls ? 'tls' : 'plain');
  const inside = reach(target, 'login');
  const common = [
    ['The greeting', [{ expect: time }]],
    ['An unknown command', [...first, { send: 'MAILSPEC', expect: time }]],
  ] as const;
  switch (protocol) {
    case 'smtp':
    case 'lmtp': {
      const mail = { send: 'MAIL FROM:<${sender}>', expect: any };
      return [
        ...common,
        [
          protocol === 'smtp' ? 'EHLO' : 'LHLO',
          [{ expect: 220 }, { send: `${protocol === 'smtp' ? 'EHLO' : 'LHLO'} \${helo}`, expect: time }],
        ],
        ['MAIL', [...first, { send: 'MAIL FROM:<${sender}>', expect: time }]],
        ['RCPT', [...first, mail, { send: 'RCPT TO:<${recipient}>', expect: time }]],
        ['RCPT with an unknown recipient', [...first, mail, { send: 'RCPT TO:<${unknown_user}>', expect: time }]],
        [
          'RCPT with a recipient elsewhere',
          [...first, mail, { send: 'RCPT TO:<someone@${relay_domain}>', expect: time }],
        ],
        ['VRFY', [...first, { send: 'VRFY ${recipient}', expect: time }]],
        ['RSET', [...first, { send: 'RSET', expect: time }]],
        ['QUIT', [...first, { send: 'QUIT', expect: time }]],
      ];
    }
    case 'imap':
      return login
        ? [
            ...common,
            ['SELECT', [...inside, { send: 'SELECT INBOX', expect: time }]],
            ['NOOP', [...inside, { send: 'NOOP', expect: time }]],
          ]
        : common;
    case 'pop3':
      return login ? [...common, ['STAT', [...inside, { send: 'STAT', expect: time }]]] : common;
    case 'sieve':
      return login ? [...common, ['LISTSCRIPTS', [...inside, { send: 'LISTSCRIPTS', expect: time }]]] : common;
  }
}

const plain: Readonly<Record<Target['protocol'], string>> = {
  smtp: 'PLAIN',
  lmtp: 'PLAIN',
  imap: 'login-command',
  pop3: 'user-pass',
  sieve: 'PLAIN',
};

/** How soon a server answers. The shortest of several tries counts, so that a busy machine is not a slow server. */
export function delayProbes(target: Target): readonly Probe[] {
  const { name: server, protocol, login } = target;
  const base = { file: `${server}-delays`, server };
  const patient = (dialogue: readonly Written[]): Written => ({
    eventually: { within: '30s', every: '500ms', dialogue },
  });
  const before = reach(target, 'tls');
  const logins: Readonly<Record<string, readonly Written[]>> = {
    smtp: [{ authenticate: { mechanism: 'PLAIN', user: '${user}', password: '${password}' }, expect: time }],
    imap: [{ send: 'LOGIN "${user}" "${password}"', expect: time }],
    pop3: [
      { send: 'USER ${user}', expect: '+OK' },
      { send: 'PASS ${password}', expect: time },
    ],
    sieve: [{ authenticate: { mechanism: 'PLAIN', user: '${user}', password: '${password}' }, expect: time }],
  };
  const own = logins[protocol];
  return [
    ...paced(target).map(
      ([name, steps]): Probe => ({ ...base, name: `How soon: ${name}`, timeout: '90s', steps: [patient(steps)] }),
    ),
    ...(login && own !== undefined
      ? [{ ...base, name: 'How soon: a login', timeout: '90s', steps: [patient([...before, ...own])] }]
      : []),
    ...(login
      ? [
          {
            ...base,
            name: 'A login with a wrong password',
            timeout: '90s',
            leaves: 'failed logins' as const,
            provokes: ['failed-login'],
            steps: [
              ...before,
              { authenticate: { mechanism: plain[protocol], user: '${user}', password: 'mailspec' }, expect: timed },
            ],
          },
        ]
      : []),
  ];
}
