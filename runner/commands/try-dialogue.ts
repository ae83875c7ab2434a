import type { Written, WrittenMap } from '../authoring/written.ts';
import type { Protocol } from '../protocol/protocol.ts';

/** The phases of a try, with the exit status if it ends there: the same as swaks', if swaks has the phase. */
export const phases = {
  connect: 3,
  greeting: 21,
  hello: 22,
  mail: 23,
  rcpt: 24,
  data: 25,
  message: 26,
  quit: 27,
  auth: 28,
  starttls: 29,
  'hello-again': 32,
  send: 40,
} as const;

export type Phase = keyof typeof phases;

/** What the arguments ask for. Texts may contain variables. */
export interface Wanted {
  readonly hello: string;
  readonly starttls: boolean;
  readonly login?: { readonly user: string; readonly mechanism: string };
  readonly mail?: { readonly from: string; readonly rcpts: readonly string[]; readonly message: Written };
  /** Commands to send at the end. */
  readonly sends: readonly string[];
  /** What the last reply must be. Absent: positive. */
  readonly expect?: Written;
  /** The phase after which to stop. Absent: all phases run. */
  readonly until?: Phase;
}

export interface PhaseStep {
  readonly phase: Phase;
  readonly step: WrittenMap;
}

/** The steps, each with its phase. The last one before the farewell gets the requested expectation. */
export function tryDialogue(protocol: Protocol, wanted: Wanted): readonly PhaseStep[] {
  const all = [...greeting(protocol, wanted), ...login(wanted), ...transaction(protocol, wanted), ...commands(wanted)];
  const end = all.findLastIndex(({ phase }) => phase === wanted.until);
  const steps = wanted.until === undefined ? all : all.slice(0, end + 1);
  const { expect } = wanted;
  const asked =
    expect === undefined
      ? steps
      : steps.map((each, index) => (index < steps.length - 1 ? each : { ...each, step: { ...each.step, expect } }));
  // RFC 5321 section 3.3: after 354, QUIT would be a line of the message, so the connection is closed instead.
  return asked.at(-1)?.phase === 'data' ? asked : [...asked, ...farewell(protocol)];
}

/** An expectation of a positive reply: the code, or the protocol's word. */
function positive({ replies: { status } }: Protocol, code: Written): Written {
  return status.form === 'word' ? (status.words[0] ?? '') : code;
}

function greeting(protocol: Protocol, { hello, starttls }: Wanted): readonly PhaseStep[] {
  const names = (phase: Phase): PhaseStep[] =>
    protocol.hello === undefined ? [] : [{ phase, step: { send: `${protocol.hello} ${hello}`, expect: 250 } }];
  const again = protocol.starttls?.advertisesAgain
    ? [{ phase: 'hello-again' as const, step: { expect: positive(protocol, 250) } }]
    : names('hello-again');
  return [
    ...(protocol.greets ? [{ phase: 'greeting' as const, step: { expect: positive(protocol, 220) } }] : []),
    ...names('hello'),
    ...(starttls ? [{ phase: 'starttls' as const, step: { starttls: {} } }, ...again] : []),
  ];
}

function login({ login: wanted }: Wanted): readonly PhaseStep[] {
  if (wanted === undefined) return [];
  const { user, mechanism } = wanted;
  return [{ phase: 'auth', step: { authenticate: { mechanism, user, password: '${password}' } } }];
}

function transaction(protocol: Protocol, { mail }: Wanted): readonly PhaseStep[] {
  if (mail === undefined) return [];
  const { from, rcpts, message } = mail;
  // RFC 2033 section 4.2: each recipient has a reply; the step itself reads the first.
  const others = protocol.createRecipients === undefined ? [] : rcpts.slice(1);
  return [
    { phase: 'mail', step: { send: `MAIL FROM:<${from}>`, expect: '2xx' } },
    ...rcpts.map((rcpt) => ({ phase: 'rcpt' as const, step: { send: `RCPT TO:<${rcpt}>`, expect: '2xx' } })),
    { phase: 'data', step: { send: 'DATA', expect: 354 } },
    { phase: 'message', step: { message, expect: '2xx' } },
    ...others.map(() => ({ phase: 'message' as const, step: { expect: '2xx' } })),
  ];
}

function commands({ sends }: Wanted): readonly PhaseStep[] {
  // Any reply is accepted: the user wants to see what the server replies.
  return sends.map((send) => ({ phase: 'send', step: { send, expect: { within: '10s' } } }));
}

function farewell(protocol: Protocol): readonly PhaseStep[] {
  if (protocol.farewell === undefined) return [];
  return [{ phase: 'quit', step: { send: protocol.farewell, expect: positive(protocol, 221) } }];
}
