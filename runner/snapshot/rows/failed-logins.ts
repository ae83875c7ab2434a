import type { Written } from '../../authoring/written.ts';
import { type Probe, reply, status } from '../probe.ts';
import { on, reach, type Target } from './target.ts';

/** A failed login: its last command, and the steps before it. */
interface Attempt {
  readonly before?: readonly Written[];
  readonly last: string;
}

const attempts: Readonly<Record<Target['protocol'], (user: string) => Attempt>> = {
  smtp: () => ({ last: 'AUTH PLAIN ${wrong|base64}' }),
  lmtp: () => ({ last: 'AUTH PLAIN ${wrong|base64}' }),
  imap: (user) => ({ last: `LOGIN "${user}" "mailspec"` }),
  pop3: (user) => ({ before: [{ send: `USER ${user}`, expect: status }], last: 'PASS mailspec' }),
  sieve: () => ({ last: 'AUTHENTICATE "PLAIN" "${wrong|base64}"' }),
};

/**
 * How servers reply to failed logins, all at the same time, since each delays its reply by seconds. The delay is not
 * compared here, because it grows with earlier failures; `delayProbes` measures it on one server of each protocol.
 */
export function failedLoginProbes(all: readonly Target[]): readonly Probe[] {
  const targets = all.filter(({ login }) => login);
  if (targets.length === 0) return [];
  const unknown = targets.filter(({ protocol }) => protocol === 'imap');
  const bad = [
    ...targets.map((target) => ({ target, connection: target.name, user: '${user}' })),
    ...unknown.map((target) => ({ target, connection: `${target.name}-unknown`, user: '${unknown_user}' })),
  ];
  const tried = bad.map(({ target, connection, user }) => {
    const { before = [], last } = attempts[target.protocol](user);
    return { connection, before: [...reach(target, 'tls'), ...before], last };
  });
  return [
    {
      file: 'failed-logins',
      name: 'Logins with a wrong password, and those of an unknown user, on all servers at once',
      connections: Object.fromEntries(bad.map(({ connection, target }) => [connection, target.name])),
      variables: { wrong: '\0${user}\0mailspec' },
      leaves: 'failed logins',
      provokes: ['failed-login'],
      timeout: '3m',
      steps: [
        ...tried.flatMap(({ connection, before }) => on(connection, before)),
        ...tried.flatMap(({ connection, last }) => on(connection, [{ send: last }])),
        ...tried.flatMap(({ connection }) => on(connection, [{ expect: reply, timeout: '60s' }])),
      ],
    },
    ...unknown.slice(0, 1).map(
      (target): Probe => ({
        file: 'failed-logins',
        name: 'A login with the local part only',
        server: target.name,
        leaves: 'failed logins',
        provokes: ['failed-login'],
        timeout: '3m',
        steps: [
          ...reach(target, 'tls'),
          { send: 'LOGIN "${user|local-part}" "${password}"', expect: reply, timeout: '60s' },
        ],
      }),
    ),
  ];
}
