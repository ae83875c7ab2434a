import { isUntagged, mayHaveLiteral, STAR } from './imap-response.ts';
import { type LimitName, limitError, limits, violation } from './limits.ts';
import { createLiteralReader } from './literal-reader.ts';
import { createOctetReader } from './octets.ts';
import type { ProtocolError } from './reply.ts';

export const greetingRule = 'RFC 9051 section 7.1';

/** IMAP responses that have arrived and are not taken: untagged ones, and at most one other, the last. */
export class HeldResponses {
  readonly #reader = createOctetReader({ lineLimit: 'longestImapLine' });
  readonly #responses = createLiteralReader({ reader: this.#reader, mayHaveLiteral, rule: 'RFC 9051 section 2.2' });
  #held: Buffer[] = [];
  #octets = 0;
  #broken: ProtocolError | undefined;

  push(bytes: Buffer): void {
    this.#reader.push(bytes);
  }

  get count(): number {
    return this.#held.length;
  }

  get last(): Buffer | undefined {
    return this.#held.at(-1);
  }

  at(index: number): Buffer | undefined {
    return this.#held[index];
  }

  /** Octets received and not taken. */
  get pending(): number {
    return this.#reader.pending + this.#octets;
  }

  /** Nothing more is received. */
  get broken(): boolean {
    return this.#broken !== undefined;
  }

  /** The next response; false where none is complete. Throws a `ProtocolError`, and again until `drain`. */
  receive(greeted: boolean): boolean {
    if (this.#broken) throw this.#broken;
    // Before the line ends, so that a server of another protocol is not waited for.
    if (!greeted && this.count === 0 && this.#reader.taken === 0 && (this.#reader.at(0) ?? STAR) !== STAR) {
      throw this.#broke(violation('the greeting does not begin with "* "', greetingRule, this.#reader.rest()));
    }
    let raw: Buffer | undefined;
    try {
      raw = this.#responses.next();
    } catch (error) {
      throw this.#broke(error as ProtocolError);
    }
    if (raw === undefined) return false;
    this.#held.push(raw);
    this.#octets += raw.length;
    if (this.#octets > limits.longestReply) throw this.overLimit('longestReply', raw);
    if (this.count > limits.mostUntagged) throw this.overLimit('mostUntagged', raw);
    return true;
  }

  /** Whether the last is one that an expectation is due for. */
  endsWithReply(greeted: boolean): boolean {
    return this.last !== undefined && (!greeted || !isUntagged(this.last));
  }

  /** The first `count` of them, as the octets of a reply. */
  release(count: number): Buffer {
    const taken = this.#held.slice(0, count);
    this.#held = this.#held.slice(count);
    const raw = taken.length === 1 && taken[0] ? taken[0] : Buffer.concat(taken);
    this.#octets -= raw.length;
    return raw;
  }

  /** The last one is no response: what came before it belongs to the reply that follows. */
  discardLast(): void {
    this.#octets -= this.#held.pop()?.length ?? 0;
  }

  overLimit(name: LimitName, evidence: Buffer): ProtocolError {
    return this.#broke(limitError(name, evidence));
  }

  drain(): Buffer {
    const all = Buffer.concat([...this.#held, this.#reader.drain()]);
    this.#held = [];
    this.#octets = 0;
    this.#responses.reset();
    this.#broken = undefined;
    return all;
  }

  #broke(error: ProtocolError): ProtocolError {
    this.#broken = error;
    return error;
  }
}
