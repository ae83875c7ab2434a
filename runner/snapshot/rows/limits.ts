import type { Written } from '../../authoring/written.ts';
import { ask, end, type Probe, rest, status } from '../probe.ts';
import { any, atCounts, firstState, on, type Rank, reach, senderIn, type Target } from './target.ts';

/** Numbers of recipients to try: all for the first server and the first after a login, some for the others. */
const recipientCounts = [10, 20, 50, 51, 100, 101, 200, 500, 1000, 1001] as const;
const mostRecipients = { first: 1001, other: 101 } as const;

/**
 * Sends a command repeatedly, and keeps the replies at the given counts. One at a time, since not every server supports
 * pipelining (RFC 2920 section 3.1).
 */
function many(command: string, counts: readonly number[]): readonly Written[] {
  return atCounts(
    counts,
    () => ask(command),
    () => ({ send: command, expect: any }),
  );
}

/**
 * Errors that a server may count: one server of each protocol is tested with all, the others with some, since many
 * servers delay replies to errors.
 */
const errors = { first: 22, other: 12 } as const;

const sizes = [
  1_000_000, 5_000_000, 10_000_000, 10_240_000, 10_485_760, 15_000_000, 20_000_000, 25_000_000, 26_214_400, 30_000_000,
  50_000_000, 52_428_800, 100_000_000, 1_000_000_000,
] as const;

/** Lengths of a command's argument, powers of two. */
const lengths = [256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 65_536] as const;
/**
 * The length from which one write does not send the whole command: a server that refuses it midway resets the
 * connection while the rest is being sent.
 */
const lossy = 65_536;
/** The longest value of the variable that long arguments consist of. */
const longestPart = 1_024;

/** The beginning of a command that may be long, and a reply that refuses it. */
const longCommands: Readonly<Record<Target['protocol'], { readonly begin: string; readonly refused: Written }>> = {
  smtp: { begin: 'NOOP ', refused: { not: '2xx' } },
  lmtp: { begin: 'NOOP ', refused: { not: '2xx' } },
  imap: { begin: 'LIST "" ', refused: { not: 'OK' } },
  pop3: { begin: 'NOOP ', refused: '-ERR' },
  sieve: { begin: 'NOOP ', refused: { not: 'OK' } },
};

type LongCommand = Required<Pick<Probe, 'variables' | 'steps'>>;

/** A command that is too long. */
function long({ protocol }: Target, length: number): LongCommand {
  const { begin, refused } = longCommands[protocol];
  return atOnce(begin, length, '', end(refused, length >= lossy));
}

/**
 * A command with this many characters between its beginning and its end, and what comes after the reply: another reply,
 * and whether more follow. It is sent at once: whether a server sees the rest of a command when it has read what it
 * wants of it must not depend on time.
 */
function atOnce(begin: string, length: number, last: string, expect: Written): LongCommand {
  const part = Math.min(length, longestPart);
  return {
    variables: { m: 'm'.repeat(part) },
    steps: [{ send: `${begin}${'${m}'.repeat(length / part)}${last}`, expect }, { expect: rest }, { expect: rest }],
  };
}

/** A recipient with a long local part: a server that cuts long lines sees no whole address. */
function longRecipient(length: number): LongCommand {
  return atOnce('RCPT TO:<', length, '@${domain}>', end({ not: '2xx' }, false));
}

/** Begins and aborts a mail transaction repeatedly; the last reply is kept, however far the server went. */
function turns(mail: string, times: number): readonly Written[] {
  return [
    {
      repeat: {
        times,
        dialogue: [
          { send: mail, expect: any },
          { send: 'RSET', expect: status },
        ],
      },
    },
  ];
}

/** The limits of a server. */
export function limitProbes(target: Target, { isFirst, isFirstToLogIn }: Rank): readonly Probe[] {
  const { name: server, protocol } = target;
  const base = { file: `${server}-limits`, server };
  const state = target.login ? 'login' : firstState(target);
  const begin = reach(target, state);
  const first = reach(target, firstState(target));
  const mail = `MAIL FROM:<${senderIn(state)}>`;
  return [
    ...(protocol === 'smtp'
      ? [
          ...sizes.map(
            (size): Probe => ({
              ...base,
              name: `A message that says it has ${size} bytes`,
              steps: [...begin, ask(`${mail} SIZE=${size}`)],
            }),
          ),
          {
            ...base,
            name: 'Recipients of one message',
            timeout: '3m',
            steps: [
              ...begin,
              { send: mail, expect: 250 },
              ...many(
                'RCPT TO:<${recipient}>',
                recipientCounts.filter(
                  (count) => count <= mostRecipients[isFirst || isFirstToLogIn ? 'first' : 'other'],
                ),
              ),
            ],
          },
          {
            ...base,
            name: 'Unknown recipients of one message',
            timeout: '3m',
            provokes: ['errors'],
            steps: [
              ...begin,
              { send: mail, expect: 250 },
              ...Array.from({ length: errors.other }, () => ask('RCPT TO:<${unknown_user}>')),
            ],
          },
          {
            ...base,
            name: 'Commands that do nothing',
            timeout: '3m',
            steps: [...first, ...many('NOOP', [2, 5, 10, 20, 50, 100])],
          },
          {
            ...base,
            name: 'Mail transactions that come to nothing',
            timeout: '3m',
            steps: [...begin, ...turns(mail, 2), ...turns(mail, 3), ...turns(mail, 5), ...turns(mail, 100)],
          },
        ]
      : []),
    ...(protocol === 'imap' && !target.login
      ? []
      : lengths.map((length): Probe => {
          const { variables, steps } = long(target, length);
          return {
            ...base,
            name: `A command of more than ${length} characters`,
            variables,
            steps: [...(protocol === 'imap' ? begin : first), ...steps],
          };
        })),
    {
      ...base,
      name: 'Unknown commands, until the server ends the connection',
      timeout: '3m',
      provokes: ['errors'],
      steps: [...first, ...Array.from({ length: isFirst ? errors.first : errors.other }, () => ask('MAILSPEC'))],
    },
    {
      file: base.file,
      name: 'Twelve connections at once',
      provokes: ['rate-limit'],
      connections: Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`c${index + 1}`, server])),
      steps: Array.from({ length: 12 }, (_, index) => ({ on: `c${index + 1}`, expect: status })),
    },
    ...(target.login
      ? [
          {
            file: base.file,
            name: 'Eight logins at once',
            provokes: ['rate-limit'],
            connections: Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`c${index + 1}`, server])),
            steps: Array.from({ length: 8 }, (_, index) => [
              ...on(`c${index + 1}`, begin),
              { on: `c${index + 1}`, send: 'NOOP', expect: status },
            ]).flat() as readonly Written[],
          },
        ]
      : []),
  ];
}

/** Whether servers read a whole command line with a long address. */
export function longRecipientProbes(targets: readonly Target[]): readonly Probe[] {
  return targets
    .filter(({ protocol }) => protocol === 'smtp')
    .map((target) => {
      const state = target.login ? 'login' : firstState(target);
      const { variables, steps } = longRecipient(1_024);
      return {
        ...{ file: `${target.name}-limits`, server: target.name },
        name: 'A recipient of more than 1024 characters',
        variables,
        steps: [...reach(target, state), { send: `MAIL FROM:<${senderIn(state)}>`, expect: 250 }, ...steps],
      };
    });
}
