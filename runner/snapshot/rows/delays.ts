import type { Written } from '../../authoring/written.ts';
import { type Probe, refused, time, worked } from '../probe.ts';
import { any, firstState, on, type Rank, reach, type Target } from './target.ts';

/** Commands whose replies servers may delay, after the steps that lead to them. */
function paced(target: Target): readonly (readonly [name: string, steps: readonly Written[]])[] {
  const { protocol, login } = target;
  const first = reach(target, firstState(target));
  const soon = (command: string): Written => ({ send: command, expect: time });
  const inside = (command: string) => [...reach(target, 'login'), soon(command)];
  const common = [
    ['The greeting', [{ expect: time }]],
    ['An unknown command', [...first, soon('MAILSPEC')]],
  ] as const;
  switch (protocol) {
    case 'smtp':
    case 'lmtp': {
      const hello = protocol === 'smtp' ? 'EHLO' : 'LHLO';
      const mail = 'MAIL FROM:<${sender}>';
      const rcpt = (to: string) => [...first, { send: mail, expect: any }, soon(`RCPT TO:<${to}>`)];
      return [
        ...common,
        [hello, [{ expect: 220 }, soon(`${hello} \${helo}`)]],
        ['MAIL', [...first, soon(mail)]],
        ['RCPT', rcpt('${recipient}')],
        ['RCPT with an unknown recipient', rcpt('${unknown_user}')],
        ['RCPT with a recipient elsewhere', rcpt('someone@${relay_domain}')],
        [
          'DATA',
          [...first, { send: mail, expect: any }, { send: 'RCPT TO:<${recipient}>', expect: any }, soon('DATA')],
        ],
        ['VRFY', [...first, soon('VRFY ${recipient}')]],
        ['RSET', [...first, soon('RSET')]],
        ['QUIT', [...first, soon('QUIT')]],
      ];
    }
    case 'imap':
      return login ? [...common, ['SELECT', inside('SELECT INBOX')], ['NOOP', inside('NOOP')]] : common;
    case 'pop3':
      return login ? [...common, ['STAT', inside('STAT')]] : common;
    case 'sieve':
      return login ? [...common, ['LISTSCRIPTS', inside('LISTSCRIPTS')]] : common;
  }
}

/** The name of PLAIN, or of what is like it. */
export const plain: Readonly<Record<Target['protocol'], string>> = {
  smtp: 'PLAIN',
  lmtp: 'PLAIN',
  imap: 'login-command',
  pop3: 'user-pass',
  sieve: 'PLAIN',
};

/** Unknown recipients before the one whose refusal is timed: servers delay clients that guess. */
const guesses = 11;

/** Commands that servers count as errors, after which they delay replies. */
function slowedDown(target: Target): readonly (readonly [name: string, steps: readonly Written[]])[] {
  if (target.protocol !== 'smtp') return [];
  const unknown = 'RCPT TO:<${unknown_user}>';
  const dialogue: readonly Written[] = [
    ...reach(target, firstState(target)),
    { send: 'MAIL FROM:<${sender}>', expect: any },
    { repeat: { times: guesses, dialogue: [{ send: unknown, expect: any }] } },
    { send: unknown, expect: time },
  ];
  return [[`an unknown recipient after ${guesses} others`, dialogue]];
}

/**
 * Logs in successfully first, since failures count up to the next success: Dovecot then delays replies by up to 15 s.
 * Tried once: with several attempts, one on a busy machine could last as long as a delay that is gone.
 */
function wrongPassword(target: Target): Probe {
  const { name: server } = target;
  return {
    file: `${server}-delays`,
    name: 'A login with a wrong password',
    timeout: '90s',
    connections: { good: server, bad: server },
    leaves: 'failed logins',
    provokes: ['failed-login'],
    steps: [...on('good', reach(target, 'login')), ...on('bad', logIn(target, 'mailspec', refused))],
  };
}

function logIn(target: Target, password: string, expect: Written): readonly Written[] {
  const mechanism = plain[target.protocol];
  return [...reach(target, 'tls'), { authenticate: { mechanism, user: '${user}', password }, expect }];
}

/**
 * How fast a server replies. The shortest of several attempts counts, so that a busy machine does not look like a slow
 * server.
 */
export function delayProbes(target: Target, { isFirstToLogIn }: Rank): readonly Probe[] {
  const { name: server, login } = target;
  const base = { file: `${server}-delays`, server, timeout: '90s' };
  const rows = [...paced(target), ...(login ? [['a login', logIn(target, '${password}', worked)] as const] : [])];
  const soon = ([name, dialogue]: (typeof rows)[number]): Probe => ({
    ...base,
    name: `How soon: ${name}`,
    steps: [{ eventually: { within: '30s', every: '500ms', dialogue } }],
  });
  return [
    ...rows.map(soon),
    ...slowedDown(target).map((row): Probe => ({ ...soon(row), provokes: ['errors'] })),
    ...(isFirstToLogIn ? [wrongPassword(target)] : []),
  ];
}
