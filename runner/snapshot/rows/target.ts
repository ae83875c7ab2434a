import type { Written, WrittenMap } from '../../authoring/written.ts';

/** The state of a session when something is asked. */
export type State = 'plain' | 'tls' | 'login';

export const stateWords: Readonly<Record<State, string>> = {
  plain: 'before TLS',
  tls: 'over TLS',
  login: 'after login',
};

/** A server, as the survey found it. */
export interface Target {
  /** Its configured name, and the name of its file. */
  readonly name: string;
  readonly scheme: string;
  readonly protocol: 'smtp' | 'lmtp' | 'imap' | 'pop3' | 'sieve';
  readonly implicitTls: boolean;
  readonly starttls: boolean;
  /** Whether the test account can log in. */
  readonly login: boolean;
  /** Whether IMAP advertises literals that do not wait (RFC 7888), after login. */
  readonly literals: boolean;
  /** The mailbox for what is deleted, if IMAP lists one. */
  readonly trash?: string;
}

/** Whether a server is the first of its protocol, and the first one where the account can log in. */
export interface Rank {
  readonly isFirst: boolean;
  readonly isFirstToLogIn: boolean;
}

/** Any SMTP reply. */
export const any: Written = { one_of: ['2xx', '4xx', '5xx'] };

/** The states that sessions with the server can have. */
export function statesOf({ implicitTls, starttls, login }: Target): readonly State[] {
  return [
    ...(implicitTls ? [] : ['plain' as const]),
    ...(implicitTls || starttls ? ['tls' as const] : []),
    ...(login ? ['login' as const] : []),
  ];
}

/** The initial state of sessions. */
export function firstState({ implicitTls }: Target): State {
  return implicitTls ? 'tls' : 'plain';
}

/** After a login, an account may have to send from its own address. */
export function senderIn(state: State): string {
  return state === 'login' ? '${user}' : '${sender}';
}

/** The steps that lead to a state; they must succeed. */
export function reach({ protocol, implicitTls, starttls }: Target, state: State): readonly Written[] {
  const encrypts = !implicitTls && starttls && state !== 'plain';
  switch (protocol) {
    case 'smtp':
      return [
        { use: `mailspec:smtp#${encrypts ? 'encrypted' : 'hello'}` },
        ...(state === 'login' ? [{ use: 'mailspec:smtp#login' }] : []),
      ];
    case 'lmtp':
      return [{ use: 'mailspec:lmtp#hello' }, ...(encrypts ? ['starttls', { send: 'LHLO ${helo}', expect: 250 }] : [])];
    case 'imap':
    case 'pop3':
      return [
        ...(encrypts ? [{ use: `mailspec:${protocol}#encrypted` }] : [{ expect: protocol === 'imap' ? 'OK' : '+OK' }]),
        ...(state === 'login' ? [{ use: `mailspec:${protocol}#authenticated` }] : []),
      ];
    case 'sieve':
      return [
        ...(encrypts ? [{ use: 'mailspec:sieve#encrypted' }] : [{ expect: 'OK' }]),
        ...(state === 'login' ? [{ use: 'mailspec:sieve#login' }] : []),
      ];
  }
}

/** A step for each of these counts, preceded by repetitions of another. */
export function atCounts(
  counts: readonly number[],
  at: (count: number) => Written,
  before: (count: number) => Written,
): readonly Written[] {
  return counts.flatMap((count, index): readonly Written[] => {
    const times = count - (counts[index - 1] ?? 0) - 1;
    return [...(times > 0 ? [{ repeat: { times, dialogue: [before(count)] } }] : []), at(count)];
  });
}

/** The same steps on one of several connections. */
export function on(connection: string, steps: readonly Written[]): readonly Written[] {
  return steps.map((step) =>
    typeof step === 'string' ? { [step]: {}, on: connection } : { on: connection, ...(step as WrittenMap) },
  );
}
