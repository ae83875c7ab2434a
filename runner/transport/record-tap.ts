import { Duplex } from 'node:stream';
import type { Inlet } from './inlet.ts';
import { limits } from './limits.ts';

/** RFC 8446 section 5.1, "ContentType". */
const alertType = 21;
const protectedType = 23;
/** The first content type, and the first octet of every version. */
const firstType = 20;
const majorVersion = 3;
/** RFC 8446 section 5.2: the length of a protected alert: its two octets, its type and a tag of 16 octets. */
const protectedAlert = 2 + 1 + 16;
const headerLength = 5;

/**
 * The connection below TLS. It records the type of the last record received, because Node does not distinguish a stream
 * that ends with close_notify from one that was truncated, and keeps the octets that are not a record, which Node does not show.
 * `keeps`: also keep the server's part of the handshake.
 */
export class RecordTap extends Duplex {
  readonly #plain: Duplex;
  readonly #header: number[] = [];
  /** The number of octets of the current record that have not arrived. */
  #missing = 0;
  #isAlert = false;
  #kept: Buffer[] | undefined;
  #keptOctets = 0;
  #stray: Buffer | undefined;

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

  /** Whether the last record is an alert, which at the end means close_notify. */
  get endsWithAlert(): boolean {
    return this.#isAlert && this.#missing === 0;
  }

  /** The first octets that are not a record, such as plain text. */
  get stray(): Buffer | undefined {
    return this.#stray;
  }

  /** Returns what has arrived so far, and keeps nothing from then on. */
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
    if (this.#stray !== undefined) {
      this.#stray = Buffer.concat([this.#stray, octets]).subarray(0, limits.stray);
      return;
    }
    for (let at = 0; at < octets.length; ) {
      if (this.#missing > 0) {
        const taken = Math.min(this.#missing, octets.length - at);
        this.#missing -= taken;
        at += taken;
        continue;
      }
      this.#header.push(octets[at++] ?? 0);
      if (this.#header.length < headerLength) continue;
      const header = this.#header.splice(0);
      const [type = 0, version = 0, , high = 0, low = 0] = header;
      if (type < firstType || type > protectedType || version !== majorVersion) {
        this.#stray = Buffer.from([...header, ...octets.subarray(at, at + limits.stray)]);
        return;
      }
      this.#missing = high * 256 + low;
      this.#isAlert = type === alertType || (type === protectedType && this.#missing === protectedAlert);
    }
  }
}
