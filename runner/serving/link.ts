import type { Socket } from 'node:net';
import type { SecureContext, TLSSocket } from 'node:tls';
import { forget, heed } from '../transport/abort.ts';
import { acceptTls } from '../transport/accept-tls.ts';
import { Inbox } from './inbox.ts';

/** The most unread octets of a client before its socket is paused. */
const mostUnread = 1024 * 1024;
/** The longest line of a client; RFC 7162 section 4 requires servers to accept 8192 octets. */
const longestLine = 64 * 1024;
/** The largest message. */
const longestText = 64 * 1024 * 1024;

/** Why nothing was received from the client. */
export type Lack = 'closed' | 'late' | 'too long';

/** The server's end of a connection. */
export class Link {
  #socket: Socket;
  readonly #unread = new Inbox();
  #ended = false;
  #changed: (() => void) | undefined;
  readonly #signal: AbortSignal;
  /** What the handshake agreed on. */
  tls: { readonly protocol: string; readonly cipher: string } | undefined;

  constructor(socket: Socket, signal: AbortSignal) {
    this.#socket = socket;
    this.#signal = signal;
    heed(signal, this.#onAbort);
    this.#attach();
  }

  get remote(): string {
    const { remoteAddress = '', remotePort = 0 } = this.#socket;
    return `${remoteAddress}:${remotePort}`;
  }

  get ended(): boolean {
    return this.#ended && this.#unread.length === 0;
  }

  /** A line, including its line ending. */
  line(ms: number): Promise<Buffer | Lack> {
    return this.#until(ms, longestLine, () => {
      const end = this.#unread.octets.indexOf(0x0a);
      return end === -1 ? undefined : this.#unread.take(end + 1);
    });
  }

  octets(length: number, ms: number): Promise<Buffer | Lack> {
    return this.#until(ms, longestText, () => (this.#unread.length >= length ? this.#unread.take(length) : undefined));
  }

  /** RFC 5321 section 4.5.2: everything up to a line with only a dot, inclusive. */
  dotted(ms: number): Promise<Buffer | Lack> {
    const last = '\r\n.\r\n';
    let searched = 0;
    return this.#until(ms, longestText, () => {
      const { octets } = this.#unread;
      if (octets.subarray(0, 3).toString('latin1') === '.\r\n') return this.#unread.take(3);
      const end = octets.indexOf(last, Math.max(0, searched - last.length));
      searched = octets.length;
      return end === -1 ? undefined : this.#unread.take(end + last.length);
    });
  }

  /** Whatever arrives next, up to the end of the connection. */
  anything(ms: number): Promise<Buffer | Lack> {
    return this.#until(ms, longestText, () => (this.#unread.length > 0 ? this.#unread.take() : undefined));
  }

  write(octets: Buffer): Promise<void> {
    return new Promise((resolve) => {
      // A client that has disconnected accepts nothing, which reading reports.
      if (this.#socket.destroyed || this.#socket.writableEnded) resolve();
      else this.#socket.write(octets, () => resolve());
    });
  }

  /** Starts TLS. Rejects with the reason if the client did not complete the handshake. */
  async secure(secureContext: SecureContext, patience: number): Promise<void> {
    const plain = this.#socket;
    plain.removeAllListeners('data');
    plain.removeAllListeners('end');
    const early = this.#unread.take();
    let secured: TLSSocket;
    try {
      secured = await acceptTls(plain, { secureContext, early, patience });
    } catch (error) {
      this.#end();
      throw error;
    }
    this.tls = { protocol: secured.getProtocol() ?? '', cipher: secured.getCipher().standardName };
    this.#socket = secured;
    this.#attach();
  }

  /** Sends FIN, preceded by close_notify over TLS. */
  close(): void {
    forget(this.#signal, this.#onAbort);
    this.#socket.end();
    // A client that keeps its end open must not keep this process alive.
    this.#socket.setTimeout(1000, () => this.#socket.destroy());
    this.#socket.resume();
  }

  reset(): void {
    forget(this.#signal, this.#onAbort);
    this.#socket.resetAndDestroy();
  }

  readonly #onAbort = (): void => {
    this.#socket.destroy();
    this.#end();
  };

  #attach(): void {
    this.#socket.on('data', (octets: Buffer) => {
      this.#unread.add(octets);
      if (this.#unread.length > mostUnread && this.#changed === undefined) this.#socket.pause();
      this.#changed?.();
    });
    const end = () => this.#end();
    this.#socket.on('end', end);
    this.#socket.on('close', end);
    this.#socket.on('error', end);
    this.#socket.resume();
  }

  #end(): void {
    this.#ended = true;
    this.#changed?.();
  }

  #until(ms: number, most: number, take: () => Buffer | undefined): Promise<Buffer | Lack> {
    return new Promise((resolve) => {
      const done = (result: Buffer | Lack) => {
        clearTimeout(timer);
        this.#changed = undefined;
        resolve(result);
      };
      const timer = setTimeout(() => done('late'), ms);
      this.#changed = () => {
        const taken = take();
        if (taken !== undefined) done(taken);
        else if (this.#ended) done('closed');
        else if (this.#unread.length > most) done('too long');
      };
      this.#socket.resume();
      this.#changed();
    });
  }
}
