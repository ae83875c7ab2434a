import { limits } from './limits.ts';
import { TransportError } from './transport.ts';

/** A pending read or write. */
export interface Pending<Value> {
  readonly deadline: number;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: TransportError) => void;
}

const nothing = Buffer.alloc(0);

/** The incoming half of a connection: octets that wait for a read, or a read that waits for octets. */
export class Incoming {
  /** Nothing more will arrive. What has arrived can still be read. */
  #ended = false;
  #pieces: Buffer[] = [];
  #weight = 0;
  #reader: Pending<Buffer | null> | undefined;
  /** The error that the next read rejects with, once; any other end is quiet. */
  #error: TransportError | undefined;

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether more octets wait than `limits.unread` allows. */
  get full(): boolean {
    return this.#weight > limits.unread;
  }

  /** Whether a read waits for octets. */
  get reading(): boolean {
    return this.#reader !== undefined;
  }

  get empty(): boolean {
    return this.#pieces.length === 0;
  }

  /** How many octets wait for a read. */
  get length(): number {
    return this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  push(octets: Buffer): void {
    const reader = this.#reader;
    if (reader !== undefined) {
      this.#reader = undefined;
      reader.resolve(octets);
      return;
    }
    this.#pieces.push(octets);
    this.#weight += octets.length + limits.pieceOverhead;
  }

  /** Removes and returns all waiting octets. */
  take(): Buffer {
    if (this.empty) return nothing;
    const octets = this.#pieces.length === 1 ? (this.#pieces[0] ?? nothing) : Buffer.concat(this.#pieces);
    this.discard();
    return octets;
  }

  discard(): void {
    this.#pieces = [];
    this.#weight = 0;
  }

  /** Call it only if there is nothing to take, and make sure that `expire` is called at the deadline. */
  read(deadline: number): Promise<Buffer | null> {
    if (this.#reader !== undefined) return Promise.reject(new Error('Cannot read: a read is under way'));
    if (this.#ended) {
      const error = this.#error;
      if (error === undefined) return Promise.resolve(null);
      if (error.kind !== 'aborted') this.#error = undefined;
      return Promise.reject(error);
    }
    return new Promise((resolve, reject) => {
      this.#reader = { deadline, resolve, reject };
    });
  }

  end(): void {
    this.#ended = true;
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.resolve(null);
  }

  /** Ends the stream with an error that one read reports: the pending one, or the next. */
  fail(error: TransportError): void {
    if (this.#reader === undefined) this.#error = error;
    this.reject(error);
    this.#ended = true;
  }

  /** Ends the stream with an error that every read reports. */
  abort(error: TransportError): void {
    this.reject(error);
    this.#error = error;
    this.#ended = true;
  }

  /** Rejects the pending read, if there is one. */
  reject(error: TransportError): void {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.reject(error);
  }

  /** Handles everything due by `now`, and returns the next deadline. */
  expire(now: number): number {
    if (this.#reader === undefined) return Number.POSITIVE_INFINITY;
    if (this.#reader.deadline > now) return this.#reader.deadline;
    this.reject(new TransportError('timeout', 'read', 'Cannot read: no octet came in time'));
    return Number.POSITIVE_INFINITY;
  }
}
