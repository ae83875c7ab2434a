import type { Lacking } from '../literal.ts';
import { finding } from './findings.ts';
import { isUntagged, mayHaveLiteral, STAR } from './imap-response.ts';
import { type LimitName, limitError, limits } from './limits.ts';
import { type Framed, LiteralReader } from './literal-reader.ts';
import { createOctetReader } from './octets.ts';
import { type ProtocolError, violation } from './reply.ts';

/** IMAP responses that have arrived and are not taken: untagged ones, and at most one other, the last. */
export class HeldResponses {
  readonly #reader = createOctetReader({ lineLimit: 'longestImapLine' });
  readonly #responses = new LiteralReader({ reader: this.#reader, mayHaveLiteral, subject: 'imap.response' });
  #held: Framed[] = [];
  #octets = 0;
  #broken: ProtocolError | undefined;

  push(bytes: Buffer): void {
    this.#reader.push(bytes);
  }

  get count(): number {
    return this.#held.length;
  }

  get last(): Framed | undefined {
    return this.#held.at(-1);
  }

  /** The literal that the response under way has announced, and that is not complete. */
  get lacking(): Lacking | undefined {
    return this.#responses.lacking;
  }

  at(index: number): Framed | undefined {
    return this.#held[index];
  }

  /** Octets received and not taken. */
  get pending(): number {
    return this.#reader.pending + this.#octets;
  }

  /** Octets of a response that is not complete. */
  get begun(): number {
    return this.#reader.pending;
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
      const evidence = this.#reader.rest();
      throw this.refuse(violation(finding('imap.greeting.syntax', 'the greeting does not begin with "* "', evidence)));
    }
    let framed: Framed | undefined;
    try {
      framed = this.#responses.next();
    } catch (error) {
      throw this.refuse(error as ProtocolError);
    }
    if (framed === undefined) return false;
    const { raw } = framed;
    this.#held.push(framed);
    this.#octets += raw.length;
    if (this.#octets > limits.longestReply) throw this.overLimit('longestReply', raw);
    if (this.count > limits.mostUntagged) throw this.overLimit('mostUntagged', raw);
    return true;
  }

  /** Whether the last is one that an expectation is due for. */
  endsWithReply(greeted: boolean): boolean {
    return this.last !== undefined && (!greeted || !isUntagged(this.last.raw));
  }

  /** The first `count` of them, as the octets of a reply. */
  release(count: number): Buffer {
    const taken = this.#held.slice(0, count).map(({ raw }) => raw);
    this.#held = this.#held.slice(count);
    const raw = taken.length === 1 && taken[0] ? taken[0] : Buffer.concat(taken);
    this.#octets -= raw.length;
    return raw;
  }

  /** The last one is no response: what came before it belongs to the reply that follows. */
  discardLast(): void {
    this.#octets -= this.#held.pop()?.raw.length ?? 0;
  }

  overLimit(name: LimitName, evidence: Buffer): ProtocolError {
    return this.refuse(limitError(name, evidence));
  }

  drain(): Buffer {
    const all = Buffer.concat([...this.#held.map(({ raw }) => raw), this.#reader.drain()]);
    this.#held = [];
    this.#octets = 0;
    this.#responses.reset();
    this.#broken = undefined;
    return all;
  }

  /** Nobody knows any more where a response begins. */
  refuse(error: ProtocolError): ProtocolError {
    this.#broken = error;
    return error;
  }
}
