import { Duplex } from 'node:stream';
import { constants, createDeflateRaw, createInflateRaw } from 'node:zlib';
import type { Inlet } from './inlet.ts';

/**
 * A connection, plain or over TLS, that is compressed with DEFLATE in both directions (RFC 1951, RFC 4978). Each write
 * is flushed, so that the server can read it at once (RFC 4978 section 4).
 */
export class Deflated extends Duplex {
  readonly #below: Duplex;
  readonly #plain: Duplex;
  #ended = false;
  readonly #inflate = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH });
  readonly #deflate = createDeflateRaw({ flush: constants.Z_SYNC_FLUSH });

  /**
   * @param below the plain connection, or TLS over it
   * @param early compressed octets that have already arrived
   */
  constructor(below: Duplex, plain: Duplex, inlet: Inlet | undefined, early: Buffer) {
    super({ allowHalfOpen: true });
    this.#below = below;
    this.#plain = plain;
    const receive = (octets: Buffer): void => {
      if (!this.#inflate.write(octets)) below.pause();
    };
    if (inlet !== undefined) inlet.receive = receive;
    else below.on('data', receive);
    below.on('end', () => {
      this.#ended = true;
      this.#inflate.end();
    });
    below.on('error', (error) => this.destroy(error));
    below.on('close', () => this.#closeBelow());
    this.#inflate.on('drain', () => below.resume());
    this.#inflate.on('data', (octets: Buffer) => {
      if (!this.push(octets)) this.#inflate.pause();
    });
    this.#inflate.on('end', () => this.push(null));
    this.#inflate.on('error', (error) => this.destroy(error));
    this.#deflate.on('data', (octets: Buffer) => below.write(octets));
    this.#deflate.on('error', (error) => this.destroy(error));
    if (early.length > 0) receive(early);
  }

  override _read(): void {
    this.#inflate.resume();
  }

  override _write(octets: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#deflate.write(octets, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#deflate.once('end', () => this.#below.end(() => done()));
    this.#deflate.end();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#inflate.destroy();
    this.#deflate.destroy();
    // Node 20 crashes if TLS is destroyed over a connection that is being destroyed.
    if (!this.#plain.destroyed) this.#below.destroy();
    done(error);
  }

  /** zlib may still have to deliver what arrived before the end. */
  #closeBelow(): void {
    if (!this.#ended || this.readableEnded) this.destroy();
    else this.once('end', () => this.destroy());
  }
}
