import { defined } from '../defined.ts';
import type { End } from '../end.ts';
import { StepFailure } from '../engine/failure.ts';
import { secureContextFor } from '../transport/secure-context.ts';
import {
  type HandshakeOptions,
  type TlsFacts,
  type Transport,
  TransportError,
  type TransportObserver,
} from '../transport/transport.ts';
import type { Link } from './link.ts';

/** A certificate with its chain, and its key, in PEM. */
export interface Identity {
  readonly key: Buffer;
  readonly cert: Buffer;
}

export interface MirrorOptions {
  readonly link: Link;
  readonly clock: () => number;
  readonly observer: TransportObserver;
  readonly identity: () => Promise<Identity>;
  readonly patience: number;
  /** Receives octets that are written without being a command: part of one. */
  readonly exactly: (octets: Buffer) => Promise<void>;
  /** Whether the scenario allows the handshake to fail. */
  readonly mayFail: () => boolean;
}

/** The engine's transport: it reads what the client receives. */
export class Mirror implements Transport {
  lastReceived: number;
  lastSent: number;
  readonly truncated = false;
  endedBy: End | undefined;
  readonly facts: { readonly remote: string; tls?: TlsFacts | undefined };
  readonly #options: MirrorOptions;
  #queue: Buffer[] = [];
  /** The next event when the queue is empty. */
  #next: 'incomplete' | 'silence' | 'end' = 'incomplete';

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.facts = { remote: options.link.remote };
    this.lastReceived = this.lastSent = options.clock();
  }

  get ended(): boolean {
    return this.#next === 'end';
  }

  /** Adds a reply for the engine to read. */
  push(octets: Buffer): void {
    this.#queue.push(octets);
    this.#next = 'incomplete';
    this.lastReceived = this.#options.clock();
  }

  silence(): void {
    this.#next = 'silence';
  }

  end(by: End | undefined): void {
    this.#next = 'end';
    this.endedBy = by;
  }

  /** The client has sent what was expected. */
  sent(): void {
    this.lastSent = this.#options.clock();
  }

  get pending(): boolean {
    return this.#queue.length > 0;
  }

  async read(deadline: number): Promise<Buffer | null> {
    if (this.#queue.length > 0) return this.available();
    if (this.#next === 'end') return null;
    if (this.#next === 'incomplete')
      throw new StepFailure('input.value', 'the reply that the scenario gives is not complete', {
        hint: 'Write all of it under "reply": every line, and the final dot where the protocol has one',
      });
    await new Promise((resolve) => setTimeout(resolve, Math.max(deadline - this.#options.clock(), 0)));
    throw new TransportError('timeout', 'read', 'nothing came');
  }

  available(): Buffer {
    return Buffer.concat(this.#queue.splice(0));
  }

  write(octets: Buffer): Promise<void> {
    return this.#options.exactly(octets);
  }

  async handshake(options: HandshakeOptions): Promise<TlsFacts> {
    const { link, identity, patience, observer, mayFail } = this.#options;
    const { min, max, ciphers, groups } = options;
    try {
      const { key, cert } = await identity();
      await link.secure(secureContextFor({ key, cert, ...defined({ min, max, ciphers, groups }) }), patience);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (mayFail()) throw new TransportError('handshake', 'handshake', message);
      throw new StepFailure('tls.handshake', `the client did not complete the TLS handshake: ${message}`, {
        hint: 'The certificate was made at the start: let the client trust it ("--save-ca FILE"), or turn off its verification',
      });
    }
    const { protocol = '', cipher = '' } = link.tls ?? {};
    const none = () => Buffer.alloc(0);
    observer.note({ kind: 'encrypted', text: `${protocol} ${cipher}` });
    this.facts.tls = { protocol, cipher, authorized: true, resumed: false, chain: [], exporter: none, endPoint: none };
    return this.facts.tls;
  }

  compress(): void {
    throw new TransportError('data', 'read', 'no compression is served');
  }

  async close(): Promise<void> {
    this.#options.link.close();
  }

  reset(): void {
    this.#options.link.reset();
  }
}
