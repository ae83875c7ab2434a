import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Deflated } from './deflated.ts';
import type { Inlet } from './inlet.ts';
import { RecordTap } from './record-tap.ts';

/** Receives what happens on a wire. */
export interface WireListener {
  readonly data: (octets: Buffer) => void;
  readonly end: () => void;
  readonly error: (error: Error) => void;
  readonly close: () => void;
}

/** The stream that a transport listens to: the plain connection, or TLS over it. */
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
    // Whatever happens to the plain connection under TLS, TLS tells.
    plain.on('error', () => undefined);
  }

  get stream(): Duplex {
    return this.#stream;
  }

  /** Whether the last record of TLS is an alert; not known unless it is watched. */
  get endsWithAlert(): boolean | undefined {
    return this.#tap?.endsWithAlert;
  }

  /**
   * The server has reset the connection. libuv reports an end where the RST comes along with the last octets; the
   * system then knows of no peer any more.
   */
  get wasReset(): boolean {
    const { plain } = this;
    return plain instanceof Socket && !plain.destroyed && isTcp(plain) && plain.remoteAddress === undefined;
  }

  /** It is no longer the plain connection. */
  get replaced(): boolean {
    return this.#stream !== this.plain;
  }

  /** Puts DEFLATE above what is there, and listens to it. `early`: compressed octets that have come already. */
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
   * Puts TLS in the place of the plain connection, and listens to it only from `attach` on. `watched`: so that
   * `endsWithAlert` is known, and perhaps what the server said in its handshake.
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
    // Under TLS, what comes in is TLS's.
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

  /** What still comes is thrown away: unread octets would turn our FIN into an RST. */
  end(): void {
    this.#stream.end();
    this.#stream.resume();
  }

  /** TLS takes the plain connection with it; over one that is being destroyed, Node 20 crashes. */
  drop(): void {
    if (!this.plain.destroyed || this.#stream instanceof Deflated) this.#stream.destroy();
  }
}

/** A unix socket has no addresses at all. */
function isTcp(socket: Socket): boolean {
  return socket.localAddress !== undefined;
}
