import type { Did } from '../authoring/exchange.ts';
import type { Came } from '../authoring/expectation.ts';
import { noMarks } from '../checks/marks.ts';
import { createBreaker } from '../engine/breaker.ts';
import { openSession } from '../engine/context.ts';
import { Deliveries } from '../engine/deliveries.ts';
import type { StepFailure } from '../engine/failure.ts';
import { failureFrom } from '../engine/problems.ts';
import { ReportedViolations } from '../engine/reported-violations.ts';
import { RunningContext } from '../engine/running-context.ts';
import { observe, type Session, takeIn } from '../engine/session.ts';
import { execute } from '../engine/steps/table.ts';
import { createTimeLimits } from '../engine/time-limit.ts';
import { ToleranceUse } from '../engine/tolerances.ts';
import { createTraffic } from '../engine/traffic.ts';
import type { Scenario } from '../plan.ts';
import type { Redactor } from '../printing/redact.ts';
import type { Finding } from '../protocol/findings.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { ProtocolError, type Reply } from '../protocol/reply.ts';
import type { Note } from '../result.ts';
import { createFileCache } from '../transport/files.ts';
import { type TlsFacts, TransportError } from '../transport/transport.ts';
import { type Answer, finalOnly } from './answer.ts';
import { stepOf } from './step.ts';
import { watched } from './watched.ts';

/** Receives events as they happen. */
export interface Listener {
  octets(from: 'client' | 'server', octets: Buffer): void;
  note(note: string | Note): void;
}

export interface TalkOptions {
  /** Its only connection is the one to talk on. */
  readonly scenario: Scenario;
  readonly redactor: Redactor;
  readonly listener: Listener;
  readonly signal: AbortSignal;
  readonly clock: () => number;
  readonly wall: () => number;
}

/** How often a wait is checked, in milliseconds, so that Ctrl-C ends it soon. */
const slice = 100;
/** Milliseconds that a service without a protocol has for the first line of its answer, and for each further one. */
const firstLine = 1000;
const nextLine = 150;
/** Milliseconds that a server has to close the connection after a farewell. */
const closing = 500;

/** An interactive dialogue: one action at a time, whatever the server replies. */
export class Talk {
  readonly #options: TalkOptions;
  readonly #context: RunningContext;
  #session: Session | undefined;
  #came: Came[] = [];
  #found: Finding[] = [];
  #cancelled = false;

  constructor(options: TalkOptions) {
    const { scenario, redactor, listener, signal, clock, wall } = options;
    this.#options = options;
    this.#context = new RunningContext({
      world: {
        clock,
        wall,
        runId: 'talk',
        files: createFileCache(),
        interrupted: signal,
        limit: createTimeLimits(clock, signal),
        slowLogins: new Set(),
        breaker: createBreaker({ clock, wall, signal }),
        deliveries: new Deliveries(),
        traffic: createTraffic({ clock }),
        tolerances: new ToleranceUse(),
        reported: new ReportedViolations(),
        watchesEnds: true,
      },
      scenario,
      scenarioId: 'talk',
      signal,
      extend: () => undefined,
      transcript: {
        observer: () => ({
          received: (octets) => listener.octets('server', octets),
          sent: (octets) => listener.octets('client', octets),
          note: (note) => listener.note(note),
        }),
        note: (_, note) => listener.note(note),
        lines: () => [],
        omitted: 0,
      },
      redactor,
      sessions: new Map(),
      ports: undefined,
      captures: new Map(),
      marks: noMarks,
      warnings: [],
    });
  }

  get protocol(): Protocol | undefined {
    return this.#session?.protocol;
  }

  /** Whether the server asked for more of the command: a response, or a message's text. */
  get continuing(): boolean {
    return this.#session?.continuing ?? false;
  }

  get isOpen(): boolean {
    return this.#session !== undefined && !this.#session.finished && !this.#session.transport.ended;
  }

  get tls(): TlsFacts | undefined {
    return this.#session?.transport.facts.tls;
  }

  /** Cancels the current wait. */
  cancel(): void {
    this.#cancelled = true;
  }

  /** Connects, and reads the greeting. Throws a `StepFailure` if there is no connection. */
  async open(): Promise<Answer> {
    const opened = await openSession(this.#context, '', this.#options.scenario.span);
    // Every reply that is read, here or in a step, is passed on.
    const session: Session = { ...opened, parser: watched(opened.parser, (reply) => this.#note(reply)) };
    this.#context.sessions.set('', session);
    this.#session = session;
    return this.#answer(session, async () => undefined);
  }

  #note(reply: Reply): void {
    this.#came.push(reply);
    this.#found.push(...(reply.findings ?? []));
  }

  /** What the server has sent unasked since the last action. */
  unasked(): Answer {
    const session = this.#session;
    if (session === undefined || session.finished) return { came: [], findings: [] };
    return this.#collect(session, undefined);
  }

  async perform(did: Did): Promise<Answer> {
    const session = this.#session;
    if (session === undefined || session.finished) return { came: [], findings: [] };
    const step = stepOf(did);
    const answer = finalOnly(did, await this.#answer(session, async () => execute(step, this.#context)), session);
    const isFarewell = did.kind === 'line' && did.text.trim().toUpperCase() === session.protocol.farewell;
    return isFarewell && answer.failure === undefined ? this.#untilClosed(session, answer) : answer;
  }

  /** Waits for what the server sends unasked. */
  async wait(): Promise<Answer> {
    const session = this.#session;
    if (session === undefined || session.finished) return { came: [], findings: [] };
    return this.#answer(session, async () => {
      session.owed++;
    });
  }

  async close(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    session.finished = true;
    await session.transport.close();
  }

  async #answer(session: Session, act: () => Promise<unknown>): Promise<Answer> {
    this.#cancelled = false;
    try {
      await act();
      await this.#readDue(session);
      const answer = this.#taken(session);
      return this.#wasCancelled() ? { ...answer, cancelled: true } : answer;
    } catch (error) {
      const failure = this.#failure(error, session);
      if (failure === undefined) throw error;
      return { ...this.#taken(session), failure };
    }
  }

  /** A method, because the compiler does not know that Ctrl-C may change this meanwhile. */
  #wasCancelled(): boolean {
    return this.#cancelled;
  }

  #failure(error: unknown, session: Session): StepFailure | undefined {
    const failure = failureFrom(error, stepOf({ kind: 'wait' }), session, session.target.options.timeout);
    // The user continues after a broken reply, so it is discarded.
    if (error instanceof ProtocolError) session.parser.drain();
    session.owed = 0;
    session.abandoned = undefined;
    if (session.transport.ended) session.finished = true;
    return failure;
  }

  #taken({ transport, parser }: Session): Answer {
    const came = this.#came;
    const findings = new Map([...this.#found, ...parser.findings()].map((each) => [each.name, each]));
    this.#came = [];
    this.#found = [];
    return {
      came,
      findings: [...findings.values()],
      ...(came.length > 0 && { took: Math.max(0, transport.lastReceived - transport.lastSent) }),
    };
  }

  /** Reads all replies that are due; for a service without a protocol, the lines that arrive soon. */
  async #readDue(session: Session): Promise<void> {
    const { clock } = this.#options;
    const { options } = session.target;
    if (session.protocol.replies.framedBy === 'expectation') return this.#readLines(session);
    while (session.owed > 0 && !session.finished && !this.#cancelled) {
      const limit = session.loggingIn ? options.loginTimeout : options.timeout;
      const reply = await this.#read(session, clock() + limit);
      if (reply !== undefined) session.continuing = session.protocol.replies.asksForMore(reply) ?? session.continuing;
    }
    if (this.#cancelled) session.owed = 0;
  }

  async #readLines(session: Session): Promise<void> {
    const { clock } = this.#options;
    for (let patience = firstLine; !session.finished && !this.#cancelled; patience = nextLine) {
      try {
        await this.#read(session, clock() + patience);
      } catch (error) {
        if (!isTimeout(error)) throw error;
        break;
      }
    }
    session.owed = 0;
  }

  /** The server closed the connection. */
  #end(session: Session): void {
    this.#came.push(session.transport.truncated ? 'truncated' : 'closed');
    session.finished = true;
  }

  /** The next reply; `undefined` if the server closed the connection, or the wait was canceled. */
  async #read(session: Session, deadline: number): Promise<Reply | undefined> {
    const { clock } = this.#options;
    while (!this.#cancelled) {
      try {
        const seen = await observe(session, {}, Math.min(deadline, clock() + slice), undefined, clock);
        if (seen.event === 'reply') return seen.reply;
        if (seen.event === 'closed') this.#found.push(...seen.findings);
        this.#end(session);
        return undefined;
      } catch (error) {
        if (!isTimeout(error) || clock() >= deadline) throw error;
      }
    }
    return undefined;
  }

  async #untilClosed(session: Session, answer: Answer): Promise<Answer> {
    if (session.finished) return answer;
    try {
      await this.#read(session, this.#options.clock() + closing);
    } catch (error) {
      if (!isTimeout(error)) throw error;
    }
    const { came, findings } = this.#taken(session);
    return { ...answer, came: [...answer.came, ...came], findings: [...answer.findings, ...findings] };
  }

  /** The complete replies that have arrived. */
  #collect(session: Session, failure: StepFailure | undefined): Answer {
    try {
      takeIn(session);
      while (session.parser.take() !== undefined);
      if (session.transport.ended && session.parser.pending === 0) {
        this.#end(session);
      }
      return { ...this.#taken(session), ...(failure && { failure }) };
    } catch (error) {
      const broken = this.#failure(error, session);
      if (broken === undefined) throw error;
      return this.#collect(session, failure ?? broken);
    }
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof TransportError && error.kind === 'timeout';
}
