import type { Written } from '../../authoring/written.ts';
import { type Probe, reply, status } from '../probe.ts';
import { on, reach, type Target } from './target.ts';

/** What is sent with a name and a password that is wrong; before it what leads to that. */
const attempts: Readonly<Record<Target['protocol'], (user: string) => readonly [...before: Written[], last: string]>> =
  {
    smtp: () => ['AUTH PLAIN ${wrong|base64}'],
    lmtp: () => ['AUTH PLAIN ${wrong|base64}'],
    imap: (user) => [`LOGIN "${user}" "mailspec"`],
    pop3: (user) => [{ send: `USER ${user}`, expect: status }, 'PASS mailspec'],
    sieve: () => ['AUTHENTICATE "PLAIN" "${wrong|base64}"'],
  };

/**
 * What a failed login is answered with, on all servers at the same time: replies are held back for seconds. How long, which differs
 * then (failures before count as well, up to the next success), a row of delays tells of one server of each protocol.
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
    const steps = attempts[target.protocol](user);
    const last = steps.at(-1) as string;
    return { connection, before: [...reach(target, 'tls'), ...(steps.slice(0, -1) as readonly Written[])], last };
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
  ];
}
