import type { Written } from '../../authoring/written.ts';
import { ask, type Probe } from '../probe.ts';
import { reach, type State, statesOf, stateWords, type Target } from './target.ts';

/** Commands, and the session states in which they are sent. */
export interface Row {
  readonly name: string;
  readonly references?: readonly string[];
  readonly asks: readonly Written[];
  /** Default: all states. */
  readonly states?: readonly State[];
}

export const beforeLogin: readonly State[] = ['plain', 'tls'];
export const afterLogin: readonly State[] = ['login'];
export const encrypted: readonly State[] = ['tls', 'login'];

/** POP3 locks the mailbox (RFC 1939 section 4); IMAP reports what other sessions do. */
const opensMailbox: ReadonlySet<Target['protocol']> = new Set(['imap', 'pop3']);

/** Each row in each of its states. */
export function commandProbes(target: Target, rows: readonly Row[]): readonly Probe[] {
  const { name: server, protocol } = target;
  return statesOf(target).flatMap((state) =>
    rows
      .filter((row) => row.states?.includes(state) ?? true)
      .map(
        (row): Probe => ({
          ...{ file: server, server },
          name: `${row.name}, ${stateWords[state]}`,
          ...(row.references && { references: row.references }),
          ...(state === 'login' && opensMailbox.has(protocol) && { exclusive: ['mailbox of ${user}'] }),
          steps: [...reach(target, state), ...row.asks],
        }),
      ),
  );
}

/** All mechanisms that servers have; a challenge is canceled. */
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

/** Each mechanism before login; if TLS is possible, only the two most common ones without it. */
export function mechanismProbes(target: Target, command: 'AUTH' | 'AUTHENTICATE'): readonly Probe[] {
  const { name: server } = target;
  const states = statesOf({ ...target, login: false });
  return states.flatMap((state) =>
    (state === 'plain' && states.includes('tls') ? mechanisms.slice(0, 2) : mechanisms).map(
      (mechanism): Probe => ({
        ...{ file: server, server },
        name: `${command} ${mechanism}, ${stateWords[state]}`,
        steps: [...reach(target, state), ask(`${command} ${mechanism}`)],
      }),
    ),
  );
}
