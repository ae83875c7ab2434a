import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Deflated } from './deflated.ts';
import type { Inlet } from './inlet.ts';
import { RecordTap } from './record-tap.ts';

/** Receives the events of a wire. */
export interface WireListener {
  readonly data: (octets: Buffer) => void;
  readonly end: () => void;
  readonly error: (error: Error) => void;
  readonly close: () => void;
}

/** The stream that a transport uses: the plain connection, or TLS or compression over it. */
export class Wire {
  readonly plain: Duplex;
  #stream: Duplex;
  readonly #inlet: Inlet | undefined;
  readonly #listener: WireListener;
  #tap: RecordTap | undefined;

  constructor(plain: Duplex, inlet: Inlet | undefined, listener: WireListener) {
    this.plain = plain;
    this.#stream = plain;
    this.#inlet = inlet;
    this.#listener = listener;
    // Errors of the plain connection under TLS are reported by TLS.
    plain.on('error', () => undefined);
  }

  get stream(): Duplex {
    return this.#stream;
  }

  /** Whether the last record of TLS is an alert; `undefined` unless it is watched. */
  get endsWithAlert(): boolean | undefined {
    return this.#tap?.endsWithAlert;
  }

  /** Octets that are not a TLS record; `undefined` unless TLS is watched. */
  get stray(): Buffer | undefined {
    return this.#tap?.stray;
  }

  /**
   * Whether the server has reset the connection. libuv reports an end if the RST arrives together with the last octets;
   * the system then no longer knows the other end's address.
   */
  get wasReset(): boolean {
    const { plain } = this;
    // Another system call tells a reset connection from a unix socket, so it is made only for these.
    return plain instanceof Socket && !plain.destroyed && plain.remoteAddress === undefined && isTcp(plain);
  }

  /** Whether it is no longer the plain connection. */
  get replaced(): boolean {
    return this.#stream !== this.plain;
  }

  /** Adds DEFLATE above the current stream, and listens to it. `early`: compressed octets that have already arrived. */
  compress(early: Buffer): void {
    const below = this.#stream;
    this.#detach();
    this.attach(new Deflated(below, this.plain, below === this.plain ? this.#inlet : undefined, early));
  }

  attach(stream: Duplex): void {
    const { data, end, error, close } = this.#listener;
    this.#stream = stream;
    if (stream === this.plain && this.#inlet !== undefined) this.#inlet.receive = data;
    else stream.on('data', data);
    stream.on('end', end);
    stream.on('error', error);
    stream.on('close', close);
    if (stream.closed) close();
  }

  /**
   * Replaces the plain connection by TLS, and listens to it only from `attach` on. `watched`: whether `endsWithAlert`,
   * and also the server's handshake, must be known.
   */
  replace(watched: 'end' | 'handshake' | undefined, start: (plain: Duplex) => Duplex): void {
    this.#detach();
    this.#tap = watched === undefined ? undefined : new RecordTap(this.plain, this.#inlet, watched === 'handshake');
    try {
      this.#stream = start(this.#tap ?? this.plain);
    } catch (error) {
      this.attach(this.plain);
      throw error;
    }
  }

  #detach(): void {
    const { data, end, error, close } = this.#listener;
    // Under TLS, incoming octets belong to TLS.
    if (this.#inlet !== undefined && !this.replaced) this.#inlet.receive = () => undefined;
    this.#stream.off('data', data);
    this.#stream.off('end', end);
    this.#stream.off('error', error);
    this.#stream.off('close', close);
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    if (this.#stream.isPaused()) this.#stream.resume();
  }

  /** Discards what still arrives: unread octets would turn our FIN into an RST. */
  end(): void {
    const { plain } = this;
    // The server has sent its FIN, so closing the socket sends ours. To end the stream first would take longer.
    if (!this.replaced && plain instanceof Socket && plain.readableEnded && plain.writableLength === 0) {
      plain.destroy();
      return;
    }
    this.#stream.end();
    this.#stream.resume();
  }

  /** Resets the connection. Only TCP has RST: false for a pipe, which can only be dropped. */
  reset(): boolean {
    const { plain } = this;
    const resettable = plain instanceof Socket && plain.remoteAddress !== undefined && !plain.destroyed;
    if (resettable) plain.resetAndDestroy();
    return resettable;
  }

  /** TLS also destroys the plain connection; if that is being destroyed already, Node 20 crashes. */
  drop(): void {
    if (!this.plain.destroyed || this.#stream instanceof Deflated) this.#stream.destroy();
  }
}

/** A unix socket has no addresses. */
function isTcp(socket: Socket): boolean {
  return socket.localAddress !== undefined;
}
