import type { Duplex } from 'node:stream';
import type { Pending } from './incoming.ts';
import { TransportError } from './transport.ts';

/** The outgoing half of a connection: at most one write that the system has not accepted yet. */
export class Outgoing {
  /** Why nothing more can be written. */
  #failure: TransportError | undefined;
  #writer: Pending<void> | undefined;
  #begun = 0;
  #done = 0;
  readonly #whenTaken: () => void;

  /** `whenTaken` is called when the system has accepted a write that had to wait. */
  constructor(whenTaken: () => void) {
    this.#whenTaken = whenTaken;
  }

  get failure(): TransportError | undefined {
    return this.#failure;
  }

  /** Whether a write waits for the system. */
  get writing(): boolean {
    return this.#writer !== undefined;
  }

  /** The caller must make sure that `expire` is called at the deadline. */
  write(stream: Duplex, octets: Buffer, deadline: number): void | Promise<void> {
    this.#begun++;
    stream.write(octets, this.#onWritten);
    // The system accepted everything at once.
    if (stream.writableLength === 0 && stream.errored === null) return;
    return new Promise((resolve, reject) => {
      this.#writer = { deadline, resolve, reject };
    });
  }

  readonly #onWritten = (): void => {
    this.#done++;
    if (this.#writer === undefined || this.#done < this.#begun) return;
    const { resolve } = this.#writer;
    this.#writer = undefined;
    this.#whenTaken();
    resolve();
  };

  /** Nothing more can be written, for this reason or for an earlier one. */
  fail(error: TransportError): void {
    this.#failure ??= error;
    this.reject(this.#failure);
  }

  /** The same, and this reason replaces an earlier one. */
  abort(error: TransportError): void {
    this.#failure = error;
    this.reject(error);
  }

  /** Rejects the pending write, if there is one. */
  reject(error: TransportError): void {
    const writer = this.#writer;
    this.#writer = undefined;
    writer?.reject(error);
  }

  /** Handles everything due by `now`, and returns the next deadline. */
  expire(now: number): number {
    if (this.#writer === undefined) return Number.POSITIVE_INFINITY;
    if (this.#writer.deadline > now) return this.#writer.deadline;
    this.reject(new TransportError('timeout', 'write', 'Cannot write: the server did not take the octets in time'));
    return Number.POSITIVE_INFINITY;
  }
}
