import { Duplex } from 'node:stream';
import type { Inlet } from './inlet.ts';
import { limits } from './limits.ts';

/** RFC 8446 section 5.1, "ContentType". */
const alertType = 21;
const protectedType = 23;
/** RFC 8446 section 5.2: of an alert, its two octets, its type and the tag of 16 octets. */
const protectedAlert = 2 + 1 + 16;
const headerLength = 5;

/**
 * The connection below TLS, and of what comes in the kind of the last record: Node says the same of a stream that ends
 * with close_notify and of one that was cut off. `keeps`: the server's part of the handshake as well.
 */
export class RecordTap extends Duplex {
  readonly #plain: Duplex;
  readonly #header: number[] = [];
  /** Octets of the record under way that have not come. */
  #missing = 0;
  #isAlert = false;
  #kept: Buffer[] | undefined;
  #keptOctets = 0;

  constructor(plain: Duplex, inlet: Inlet | undefined, keeps: boolean) {
    super({ allowHalfOpen: true });
    this.#kept = keeps ? [] : undefined;
    this.#plain = plain;
    const receive = (octets: Buffer): void => {
      this.#watch(octets);
      this.#keep(octets);
      if (!this.push(octets)) plain.pause();
    };
    if (inlet !== undefined) inlet.receive = receive;
    else plain.on('data', receive);
    plain.on('end', () => this.push(null));
    plain.on('error', (error) => this.destroy(error));
    plain.on('close', () => this.destroy());
  }

  /** Whether the last record is an alert: at the end, close_notify. */
  get endsWithAlert(): boolean {
    return this.#isAlert && this.#missing === 0;
  }

  /** What has come until now. From here on nothing is kept. */
  takeKept(): Buffer {
    const kept = Buffer.concat(this.#kept ?? []);
    this.#kept = undefined;
    return kept;
  }

  #keep(octets: Buffer): void {
    if (this.#kept === undefined || this.#keptOctets >= limits.serverFlight) return;
    this.#kept.push(octets);
    this.#keptOctets += octets.length;
  }

  override _read(): void {
    this.#plain.resume();
  }

  override _write(octets: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#plain.write(octets, encoding, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#plain.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#plain.destroy();
    done(error);
  }

  #watch(octets: Buffer): void {
    for (let at = 0; at < octets.length; ) {
      if (this.#missing > 0) {
        const taken = Math.min(this.#missing, octets.length - at);
        this.#missing -= taken;
        at += taken;
        continue;
      }
      this.#header.push(octets[at++] ?? 0);
      if (this.#header.length < headerLength) continue;
      const [type = 0, , , high = 0, low = 0] = this.#header.splice(0);
      this.#missing = high * 256 + low;
      this.#isAlert = type === alertType || (type === protectedType && this.#missing === protectedAlert);
    }
  }
}
