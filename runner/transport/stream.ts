import type { Duplex } from 'node:stream';
import type { End } from '../end.ts';
import { forget, heed } from './abort.ts';
import { type Deadlines, deadlinesBy, type Waiter } from './deadline.ts';
import { Incoming } from './incoming.ts';
import type { Inlet } from './inlet.ts';
import { limits } from './limits.ts';
import { Outgoing } from './outgoing.ts';
import { breakageOf, closedHere, resetNote } from './stream-errors.ts';
import { handshakeTimeout, obstacleToHandshake, secure } from './stream-handshake.ts';
import { open, type State } from './stream-state.ts';
import type { Secured } from './tls.ts';
import {
  type Connection,
  type ConnectionFacts,
  type HandshakeOptions,
  type TlsFacts,
  TransportError,
  type TransportObserver,
} from './transport.ts';
import { Wire } from './wire.ts';

export interface StreamOptions {
  /** The connection's own object, to which TLS is added. */
  readonly facts: { -readonly [Key in keyof ConnectionFacts]: ConnectionFacts[Key] };
  /** Where the octets arrive, if not through the stream's `data` events. */
  readonly inlet?: Inlet;
  /** The host that the connection was made to, for certificates; absent for pipes. */
  readonly host?: string;
  readonly signal: AbortSignal;
  readonly clock: () => number;
  readonly observer: TransportObserver;
  /** Ends the program that provides the stream: at once, or in its own limited time. */
  readonly end?: (how: 'at once' | 'in time') => Promise<void>;
}

/**
 * A transport over an open connection. It reads all the time, so that an end is noticed when it arrives, and stops when
 * `limits.unread` octets wait.
 *
 * A class, because of its getters: V8 keeps an object literal with getters, and all that it refers to, until the next
 * full collection. That took 20 KiB for each connection, and a fifth of a run's CPU time.
 */
export class StreamTransport implements Connection {
  readonly facts: StreamOptions['facts'];
  lastReceived: number;
  lastSent: number;
  truncated = false;
  endedBy: End | undefined;
  readonly #options: StreamOptions;
  readonly #deadlines: Deadlines;
  readonly #waiter: Waiter = { expire: (now) => this.#expire(now) };
  readonly #wire: Wire;
  readonly #incoming = new Incoming();
  readonly #outgoing = new Outgoing(() => this.#onTaken());
  #state: State = open;
  #closed: Promise<void> | undefined;
  #whenGone: (() => void) | undefined;

  constructor(plain: Duplex, options: StreamOptions) {
    this.facts = options.facts;
    this.lastReceived = this.lastSent = options.clock();
    this.#options = options;
    this.#deadlines = deadlinesBy(options.clock);
    this.#wire = new Wire(plain, options.inlet, {
      data: (octets) => this.#onData(octets),
      end: () => this.#onEnd(),
      error: (error) => this.#onError(error),
      close: () => this.#onClose(),
    });
    this.#deadlines.join(this.#waiter);
    if (plain.errored !== null) this.#onError(plain.errored);
    heed(options.signal, this.#onAbort);
    this.#wire.attach(plain);
  }

  get ended(): boolean {
    return this.#incoming.ended;
  }

  available(): Buffer {
    const octets = this.#incoming.take();
    this.#wire.resume();
    return octets;
  }

  read(deadline: number): Promise<Buffer | null> {
    if (!this.#incoming.empty) return Promise.resolve(this.available());
    const read = this.#incoming.read(deadline);
    if (this.#incoming.reading) this.#deadlines.watch(deadline);
    return read;
  }

  write(octets: Buffer, deadline: number): void | Promise<void> {
    const { failure } = this.#outgoing;
    if (failure !== undefined) return Promise.reject(failure);
    if (this.#closedHere) return Promise.reject(closedHere());
    if (this.#state.is === 'securing' || this.#outgoing.writing) {
      return Promise.reject(new Error('Cannot write: a write is under way'));
    }
    this.lastSent = this.#options.clock();
    this.#options.observer.sent(octets, this.lastSent);
    const written = this.#outgoing.write(this.#wire.stream, octets, deadline);
    if (this.#outgoing.writing) this.#deadlines.watch(deadline);
    return written;
  }

  handshake(options: HandshakeOptions, deadline: number): Promise<TlsFacts> {
    const plain = this.#incoming.length + this.#wire.stream.readableLength;
    const isClosed = this.ended || this.#closedHere;
    const obstacle = obstacleToHandshake(this.#outgoing.failure, isClosed, this.#wire.replaced, plain);
    if (obstacle !== undefined) return Promise.reject(obstacle);
    return secure(this.#wire, this.#options.host, options, {
      begun: (reject) => {
        this.#state = { is: 'securing', deadline, reject };
        this.#deadlines.watch(deadline);
      },
      secured: (secured) => this.#onSecured(secured),
      abandon: (error) => this.#abandon(error),
    });
  }

  compress(early: Buffer): void {
    this.#wire.compress(early);
    this.#options.observer.note('compressed with DEFLATE from here on');
  }

  halfClose(): void {
    if (this.#closedHere) return;
    this.#outgoing.fail(closedHere());
    this.#wire.stream.end();
  }

  close(): Promise<void> {
    this.#closed ??= this.#state.is === 'gone' ? this.#finished() : this.#close();
    return this.#closed;
  }

  reset(): void {
    if (this.#state.is === 'gone') return;
    this.#settle(() => new TransportError('closed', 'read', 'Cannot go on: the connection was reset here'));
    this.#outgoing.fail(new TransportError('closed', 'write', 'Cannot write: the connection was reset here'));
    if (!this.ended) this.#options.observer.note('reset');
    this.#incoming.discard();
    this.#incoming.end();
    // libuv does not reset a connection that is shutting down.
    if (this.#state.is === 'closing' || !this.#wire.reset()) this.#destroyAll();
    if (this.#state.is !== 'closing') this.#state = { is: 'closing', deadline: Number.POSITIVE_INFINITY };
    this.#closed ??= this.#finished();
  }

  get #closedHere(): boolean {
    return this.#state.is === 'closing' || this.#state.is === 'gone';
  }

  #onData(octets: Buffer): void {
    this.lastReceived = this.#options.clock();
    this.#options.observer.received(octets, this.lastReceived);
    this.#incoming.push(octets);
    if (!this.#incoming.full) return;
    // Nothing reads while closing, so a server that still floods us is cut off.
    if (this.#state.is === 'closing') this.#wire.drop();
    else this.#wire.pause();
  }

  #onTaken(): void {
    // If a reply arrived meanwhile, it is measured from when the octets were handed to the system.
    if (this.lastReceived <= this.lastSent) this.lastSent = this.#options.clock();
  }

  #onEnd(): void {
    if (this.ended) return;
    const { endsWithAlert, wasReset } = this.#wire;
    this.truncated = endsWithAlert === false;
    this.endedBy = endsWithAlert === true ? 'close_notify' : wasReset ? 'RST' : 'FIN';
    const note =
      this.endedBy === 'RST' ? resetNote : `closed by the server${this.truncated ? ' without close_notify' : ''}`;
    if (this.#state.is !== 'closing') this.#options.observer.note(note);
    this.#incoming.end();
  }

  #onError(error: Error): void {
    const { note, write, read, end } = breakageOf(error, this.#wire.stray);
    if (!this.ended) {
      this.truncated = this.#wire.endsWithAlert === false;
      this.endedBy = end;
    }
    if (!this.ended && this.#state.is !== 'closing') this.#options.observer.note(note);
    this.#outgoing.fail(write);
    if (read === undefined) this.#incoming.end();
    else this.#incoming.fail(read);
  }

  #onClose(): void {
    this.#state = { is: 'gone' };
    this.#deadlines.leave(this.#waiter);
    forget(this.#options.signal, this.#onAbort);
    // The error is created only if something waits for it: its stack costs more than a whole reply.
    if (this.#outgoing.writing) this.#outgoing.fail(closedHere());
    this.#incoming.end();
    this.#whenGone?.();
  }

  readonly #onAbort = (): void => {
    const cause: unknown = this.#options.signal.reason;
    const error = new TransportError('aborted', 'read', 'Cannot go on: the run was ended', { cause });
    this.#outgoing.abort(error);
    this.#settle(() => error);
    this.#incoming.abort(error);
    this.#destroyAll();
  };

  #onSecured({ facts, note }: Secured): void {
    this.#endHandshake();
    this.facts.tls = facts;
    this.lastSent = this.#options.clock();
    this.#options.observer.note({ kind: 'encrypted', text: note });
    this.#wire.attach(this.#wire.stream);
  }

  #expire(now: number): number {
    const state = this.#state;
    let next = Math.min(this.#incoming.expire(now), this.#outgoing.expire(now));
    if (state.is !== 'closing' && state.is !== 'securing') return next;
    if (state.deadline > now) next = Math.min(next, state.deadline);
    else if (state.is === 'closing') this.#wire.drop();
    else state.reject(handshakeTimeout());
    return next;
  }

  /** Ends everything that waits. */
  #settle(reason: () => TransportError): void {
    const state = this.#state;
    if (!this.#incoming.reading && !this.#outgoing.writing && state.is !== 'securing') return;
    const error = reason();
    this.#incoming.reject(error);
    this.#outgoing.reject(error);
    if (state.is === 'securing') state.reject(error);
  }

  #destroyAll(): void {
    this.#wire.drop();
    void this.#options.end?.('at once');
  }

  #endHandshake(): void {
    if (this.#state.is === 'securing') this.#state = open;
  }

  /** After a failed handshake the connection is neither plain nor trusted. */
  #abandon(error: TransportError): TransportError {
    this.#endHandshake();
    if (!this.ended) this.#options.observer.note(error.message);
    this.#outgoing.fail(error);
    this.#incoming.end();
    this.#destroyAll();
    return error;
  }

  async #close(): Promise<void> {
    this.#settle(() => new TransportError('closed', 'read', 'Cannot go on: the connection was closed here'));
    if (!this.ended) this.#options.observer.note('closed');
    const deadline = this.#options.clock() + limits.closeGrace;
    this.#state = { is: 'closing', deadline };
    this.#deadlines.watch(deadline);
    this.#incoming.discard();
    this.#wire.end();
    await this.#finished();
    this.#incoming.end();
  }

  /** Resolves when the connection and its program are gone. */
  async #finished(): Promise<void> {
    if (this.#state.is !== 'gone')
      await new Promise<void>((resolve) => {
        this.#whenGone = resolve;
      });
    await this.#options.end?.('in time');
  }
}
