import type { Lacking } from '../literal.ts';
import { finding } from './findings.ts';
import { isUntagged, mayHaveLiteral, STAR } from './imap-response.ts';
import { type LimitName, limitError, limits, memoryOf } from './limits.ts';
import { type Framed, LiteralReader } from './literal-reader.ts';
import { createOctetReader } from './octets.ts';
import { type ProtocolError, violation } from './reply.ts';

/** IMAP responses that have arrived but have not been read: untagged ones, and at most one other, which is the last. */
export class HeldResponses {
  readonly #reader = createOctetReader({ lineLimit: 'longestImapLine' });
  readonly #responses = new LiteralReader({ reader: this.#reader, mayHaveLiteral, subject: 'imap.response' });
  #held: Framed[] = [];
  #octets = 0;
  #broken: ProtocolError | undefined;
  readonly #memory: number;

  /** `memory`: the most octets that they may use before they are parsed. */
  constructor(memory: number) {
    this.#memory = memory;
  }

  push(bytes: Buffer): void {
    this.#reader.push(bytes);
  }

  get count(): number {
    return this.#held.length;
  }

  get last(): Framed | undefined {
    return this.#held.at(-1);
  }

  /** The literal that the current response has announced and that is incomplete. */
  get lacking(): Lacking | undefined {
    return this.#responses.lacking;
  }

  at(index: number): Framed | undefined {
    return this.#held[index];
  }

  /** The number of octets that have been received and not read. */
  get pending(): number {
    return this.#reader.pending + this.#octets;
  }

  /** The number of octets of an incomplete response. */
  get begun(): number {
    return this.#reader.pending;
  }

  /** Whether it has stopped receiving. */
  get broken(): boolean {
    return this.#broken !== undefined;
  }

  /** Receives the next response; false if none is complete. Throws a `ProtocolError`, and again until `drain`. */
  receive(greeted: boolean): boolean {
    if (this.#broken) throw this.#broken;
    // Checked before the line ends, so that a server of another protocol does not lead to a timeout.
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
    if (this.#octets > limits.longestReply) throw this.overLimit('longestReply', raw, this.#octets);
    const memory = this.#octets + memoryOf(this.count, 0, 0);
    if (memory > this.#memory) throw this.overLimit('replyMemory', raw, memory, this.#memory);
    return true;
  }

  /** Whether the last response is one that an expectation waits for. */
  endsWithReply(greeted: boolean): boolean {
    return this.last !== undefined && (!greeted || !isUntagged(this.last.raw));
  }

  /** Removes the first `count` responses, and returns them as the octets of a reply. */
  release(count: number): Buffer {
    const taken = this.#held.slice(0, count).map(({ raw }) => raw);
    this.#held = this.#held.slice(count);
    const raw = taken.length === 1 && taken[0] ? taken[0] : Buffer.concat(taken);
    this.#octets -= raw.length;
    return raw;
  }

  /** The last line is not a response. The responses before it belong to the reply that follows. */
  discardLast(): void {
    this.#octets -= this.#held.pop()?.raw.length ?? 0;
  }

  overLimit(name: LimitName, evidence: Buffer, reached: number, most?: number): ProtocolError {
    return this.refuse(limitError(name, evidence, reached, most));
  }

  drain(): Buffer {
    const all = Buffer.concat([...this.#held.map(({ raw }) => raw), this.#reader.drain()]);
    this.#held = [];
    this.#octets = 0;
    this.#responses.reset();
    this.#broken = undefined;
    return all;
  }

  /** It is unknown where the next response begins. */
  refuse(error: ProtocolError): ProtocolError {
    this.#broken = error;
    return error;
  }
}
