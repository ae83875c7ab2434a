import { createHash } from 'node:crypto';
import { astringPart, type StringPart } from './imap-command.ts';
import { apopTimestamp } from './pop3.ts';
import type { Reply } from './reply.ts';
import type { GivenCredentials } from './sasl/client.ts';

/** A command of a login. The server must accept each one before the next is sent. */
export interface LoginCommand {
  /** The command without its secrets. */
  readonly label: string;
  readonly parts: readonly StringPart[];
  /** Octets in it that are derived from the password. */
  readonly secrets?: readonly Buffer[];
}

/** Why a login is impossible on a connection. */
export interface LoginRefusal {
  readonly problem: string;
  readonly hint: string;
}

/** A protocol's own login. */
export interface Login {
  /** The credentials that it needs. */
  readonly needs: readonly (keyof GivenCredentials)[];
  /** `greeting`: the connection's first reply, once it has been read. */
  readonly commands: (
    credentials: GivenCredentials,
    greeting: Reply | undefined,
  ) => readonly LoginCommand[] | LoginRefusal;
}

const byPassword = ['user', 'password'] as const;

/** RFC 1939 section 7. */
const userPass: Login = {
  needs: byPassword,
  commands: ({ user = '', password = '' }) => [
    { label: `USER ${user}`, parts: [{ text: `USER ${user}` }] },
    { label: 'PASS', parts: [{ text: `PASS ${password}` }] },
  ],
};

/** RFC 1939 section 7: MD5 of the greeting's timestamp and the password. */
const apop: Login = {
  needs: byPassword,
  commands({ user = '', password = '' }, greeting) {
    const timestamp = greeting?.protocol === 'pop3' ? apopTimestamp(greeting) : undefined;
    if (timestamp === undefined) {
      return {
        problem: 'Cannot use APOP: the greeting has no timestamp',
        hint: 'The server does not offer APOP; the greeting must be read by a step before this one',
      };
    }
    const digest = createHash('md5').update(timestamp).update(password).digest('hex');
    return [{ label: `APOP ${user}`, parts: [{ text: `APOP ${user} ${digest}` }], secrets: [Buffer.from(digest)] }];
  },
};

/** RFC 9051 section 6.2.3. */
const loginCommand: Login = {
  needs: byPassword,
  commands: ({ user = '', password = '' }) => [
    { label: `LOGIN ${user}`, parts: [{ text: 'LOGIN ' }, astringPart(user), { text: ' ' }, astringPart(password)] },
  ],
};

const table = { 'user-pass': userPass, apop, 'login-command': loginCommand };

export type LoginName = keyof typeof table;

/** By name, as `mechanism` gives it. A protocol's descriptor lists its logins. */
export const logins: Readonly<Record<LoginName, Login>> = table;
