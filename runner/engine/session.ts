import type { End } from '../end.ts';
import type { Action, Headline } from '../headline.ts';
import type { Lacking } from '../literal.ts';
import { messageOf } from '../phrase.ts';
import type { Target } from '../plan.ts';
import type { Finding } from '../protocol/findings.ts';
import type { Protocol, Tags } from '../protocol/protocol.ts';
import type { Recipients } from '../protocol/recipients.ts';
import type { Reply, ReplyParser, Sent, Want } from '../protocol/reply.ts';
import type { ServerUrl } from '../protocol/server-url.ts';
import type { Step } from '../steps.ts';
import { isFatalAlert } from '../transport/stream-errors.ts';
import { type Transport, TransportError } from '../transport/transport.ts';
import type { Fields } from '../value.ts';
import type { Counterpart } from './counterpart.ts';
import { drainEnd } from './fragment.ts';
import { offersIn } from './offers.ts';

/** A connection from the scenario's point of view: a transport and a parser. */
export interface Session {
  /** The connection's name in the scenario; `''` if there is only one. */
  readonly name: string;
  readonly target: Target;
  readonly url: ServerUrl;
  readonly protocol: Protocol;
  readonly transport: Transport;
  readonly parser: ReplyParser;
  /** The client, if the scenario is served. */
  readonly counterpart: Counterpart | undefined;
  /** LMTP: the recipients whose replies to a message are due. */
  readonly recipients: Recipients | undefined;
  /** The action that the next reply answers. */
  lastAction: Action;
  /** The first reply of the connection, once a step has read it: APOP needs its timestamp. */
  greeting: Reply | undefined;
  /**
   * A command was sent before a step read the greeting, and not on purpose: the greeting would be read as its reply.
   */
  greetedCommand: boolean;
  /** Another reply has arrived since. */
  answered: boolean;
  /** A reply that arrived unasked before the last send and answers it (RFC 5321 section 3.8). */
  parting: Reply | undefined;
  /** TLS began after a command, and no reply has come over it yet. */
  securedAnew: boolean;
  /** Octets written since the last reply. The system takes megabytes that a slow link carries only later. */
  unanswered: number;
  /** The number of replies due for what was sent. At the scenario's end they are awaited briefly. */
  owed: number;
  /** A raw send stopped within a line: the next one continues the same command. */
  midCommand: boolean;
  /** The server asked for more of the current command (IMAP `+`, a SASL challenge): what is sent now gets no tag. */
  continuing: boolean;
  /** The tags of all commands so far, if the protocol has tags. */
  readonly tags: Tags | undefined;
  /** Why no reply can be read any more: one did not arrive in time, or a handshake failed. */
  abandoned: Headline | undefined;
  /** The last command is a login: after failed ones, servers delay their replies. */
  loggingIn: boolean;
  /** The recipients of the next message. */
  addressees: string[];
  /** Whether a step asks what the server advertises. Otherwise replies are not searched for it. */
  readonly asksForOffers: boolean;
  /** What the server advertised last since the connection opened or TLS began. */
  offers: Fields | undefined;
  /** The scenario ended the connection itself: the next step opens a new one. */
  finished: boolean;
  /** The violations that were found on it. */
  readonly found: Set<string>;
}

export function createSession(
  name: string,
  target: Target,
  url: ServerUrl,
  transport: Transport,
  asksForOffers: boolean,
  counterpart?: Counterpart,
): Session {
  const { protocol } = url;
  const parser = protocol.createParser();
  if (url.implicitTls) parser.secured();
  return {
    name,
    target,
    url,
    protocol,
    transport,
    parser,
    counterpart,
    recipients: protocol.createRecipients?.(),
    lastAction: { kind: 'greeting' },
    greeting: undefined,
    greetedCommand: false,
    answered: false,
    securedAnew: false,
    parting: undefined,
    unanswered: 0,
    owed: protocol.greets ? 1 : 0,
    midCommand: false,
    continuing: false,
    tags: protocol.createTags?.(),
    abandoned: undefined,
    loggingIn: false,
    addressees: [],
    asksForOffers,
    offers: undefined,
    finished: false,
    found: new Set(),
  };
}

/** One line that is a command, with a fresh tag if the protocol has tags. */
export function commandLine(session: Session, text: string): Sent {
  const tag = session.tags?.fresh();
  if (tag === undefined) return { bytes: Buffer.from(`${text}\r\n`), as: 'command' };
  return { bytes: Buffer.from(`${tag} ${text}\r\n`), as: 'command', tag };
}

/** The result of waiting for a reply. */
export type Observation =
  | { readonly event: 'reply'; readonly reply: Reply; readonly elapsed: number }
  /**
   * The server ended the connection. `rest`: octets that it sent before, if any. `literal`: a literal that it did not
   * complete.
   */
  | {
      readonly event: 'closed';
      readonly by?: End;
      readonly rest: Buffer;
      readonly literal?: Lacking;
      readonly findings: readonly Finding[];
      readonly elapsed: number;
    }
  /** No octet arrived for as long as `nothing` asks for. */
  | { readonly event: 'nothing'; readonly elapsed: number };

/** Octets that a slow link carries in a millisecond: 800 kbit/s. */
const slowLink = 100;
/** Fewer octets take no time worth mentioning. */
const noticeable = 64 * 1024;

/** The most octets that the system took and a slow link has not carried yet. */
const mostOnTheWay = 6_000_000;

/** The milliseconds that so many octets may take on their way. */
export function transferTime(octets: number): number {
  return octets < noticeable ? 0 : Math.ceil(octets / slowLink);
}

/** The same for what was written and not answered yet. */
export function sendingTime({ unanswered }: Session): number {
  return transferTime(Math.min(unanswered, mostOnTheWay));
}

/** How long the server may take to accept what is written: the step's limit, else the server's and time on the way. */
export function writeLimit(session: Session, { timeout }: Pick<Step, 'timeout'>): number {
  return timeout ?? session.target.options.timeout + sendingTime(session);
}

/**
 * Waits for the next reply, for the end of the connection, or (with `quietUntil`) for silence. Throws the transport's
 * `TransportError` (`timeout` after `deadline`) and the parser's `ProtocolError`.
 * @param patient a long reply gets more time while it arrives
 */
export async function observe(
  session: Session,
  want: Want,
  deadline: number,
  quietUntil: number | undefined,
  clock: () => number,
  patient = false,
): Promise<Observation> {
  const { parser, transport } = session;
  let silent = parser.pending === 0;
  let received = 0;
  for (;;) {
    const reply = session.parting ?? parser.take(want);
    session.parting = undefined;
    if (reply !== undefined) {
      if (session.greeting === undefined) session.greeting = reply;
      else session.answered = true;
      if (session.asksForOffers) session.offers = offersIn(session, reply) ?? session.offers;
      session.recipients?.received(reply);
      if (session.owed > 0) session.owed--;
      session.unanswered = 0;
      return { event: 'reply', reply, elapsed: transport.lastReceived - transport.lastSent };
    }
    const waitForQuiet = silent && quietUntil !== undefined && quietUntil <= deadline;
    let octets: Buffer | null;
    try {
      const more = patient ? transferTime(received) : 0;
      octets = await transport.read(waitForQuiet ? quietUntil : deadline + more);
    } catch (error) {
      if (waitForQuiet && isTimeout(error)) return { event: 'nothing', elapsed: clock() - transport.lastSent };
      throw error;
    }
    if (octets === null) {
      const { lacking: literal } = parser;
      const elapsed = clock() - transport.lastSent;
      const { endedBy: by } = transport;
      return { event: 'closed', ...(by && { by }), ...drainEnd(parser), ...(literal && { literal }), elapsed };
    }
    silent = false;
    received += octets.length;
    parser.push(octets);
  }
}

export function isTimeout(error: unknown): boolean {
  return error instanceof TransportError && error.kind === 'timeout';
}

/** A time of the clock; a function gives each piece of a long write its own. */
export type Deadline = number | (() => number);

/**
 * The octets of a long write that the server must accept within one deadline: a large message may take longer as a
 * whole.
 */
const pieceOctets = 256 * 1024;

/** Informs the parser, counts the reply that is due, and writes. */
export function transmit(
  session: Session,
  octets: Buffer,
  commands: readonly Sent[],
  due: number,
  deadline: Deadline,
): void | Promise<void> {
  for (const command of commands) {
    session.parser.sent(command);
    if (command.tag !== undefined) session.tags?.note(command.tag);
    if (command.as === 'command') {
      const line = command.bytes.toString('latin1', 0, longestAddress);
      session.loggingIn = isLogin(session.protocol, line, command.tag);
      const addressee = addresseeIn(session.protocol, line);
      if (addressee !== undefined) session.addressees.push(addressee);
    }
  }
  session.owed += session.recipients?.sent(commands, due) ?? due;
  if (session.counterpart !== undefined) return session.counterpart.receive(commands, octets);
  return write(session, octets, deadline);
}

/** RFC 5321 section 4.5.3.1: addresses are not longer. */
const longestAddress = 512;

function addresseeIn({ addressee }: Protocol, line: string): string | undefined {
  return addressee?.exec(line)?.[1]?.toLowerCase();
}

/** The first word of a login is not longer. */
const longestVerb = 16;

function isLogin({ login }: Protocol, line: string, tag: string | undefined): boolean {
  if (login === undefined) return false;
  const start = tag === undefined ? 0 : tag.length + 1;
  return login.test(line.slice(start, start + longestVerb));
}

/**
 * If the server has ended the connection, writing does not fail: the server may have said why, which reading shows, and
 * a step may expect `closed`. The system may accept or refuse octets for an ended connection; that must make no
 * difference.
 */
export function write(session: Session, octets: Buffer, deadline: Deadline): void | Promise<void> {
  session.unanswered += octets.length;
  const written =
    typeof deadline === 'function' && octets.length > pieceOctets
      ? writePieces(session, octets, deadline)
      : session.transport.write(octets, typeof deadline === 'number' ? deadline : deadline());
  return written?.catch((error: unknown) => {
    if ((error instanceof TransportError && error.kind === 'closed') || isFatalAlert(error)) return;
    session.abandoned ??= { kind: 'message', message: messageOf(error) };
    throw error;
  });
}

async function writePieces({ transport }: Session, octets: Buffer, deadline: () => number): Promise<void> {
  for (let start = 0; start < octets.length; start += pieceOctets) {
    await transport.write(octets.subarray(start, start + pieceOctets), deadline());
  }
}

/** Processes what has arrived, without waiting, and ignores errors in what the scenario does not read. */
export function takeIn({ parser, transport }: Session): void {
  parser.forgive();
  const arrived = transport.available();
  if (arrived.length > 0) parser.push(arrived);
}

/** Whether there is a complete reply that no step read. Throws `ProtocolError` like any reading. */
export function hasUnread(session: Session): boolean {
  takeIn(session);
  session.parser.settle();
  return session.parting !== undefined || session.parser.unread;
}
