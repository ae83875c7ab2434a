import type { Sent } from './reply.ts';

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const TILDE = 0x7e;

/** The unprintable octets of the client's own commands, except line endings: a server may repeat them. */
export class SentOctets {
  /** Created for the first such octet: hardly any command has one. */
  #octets: Set<number> | undefined;

  sent({ bytes, as }: Sent): void {
    if (as === 'message') return;
    for (let at = 0; at < bytes.length; at++) {
      const octet = bytes[at] as number;
      // Nearly all octets are printable, and those are always allowed.
      if (octet >= SPACE && octet <= TILDE) continue;
      if (octet === LF || (octet === CR && bytes[at + 1] === LF)) continue;
      this.#octets ??= new Set();
      this.#octets.add(octet);
    }
  }

  has(octet: number): boolean {
    return this.#octets?.has(octet) ?? false;
  }

  /** Whether the client has sent all octets above 127 that occur in some text. */
  hasAllAbove127(text: Buffer): boolean {
    return text.every((octet) => octet < 0x80 || this.has(octet));
  }
}
