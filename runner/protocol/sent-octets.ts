import type { Sent } from './reply.ts';

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const TILDE = 0x7e;

/** Octets that cannot be printed and that a server may say back: those of the client's own commands, their line ends apart. */
export class SentOctets {
  /** Made for the first: hardly any command has one. */
  #octets: Set<number> | undefined;

  sent({ bytes, as }: Sent): void {
    if (as === 'message') return;
    for (let at = 0; at < bytes.length; at++) {
      const octet = bytes[at] as number;
      // Nearly all of them: what can be printed is nowhere odd.
      if (octet >= SPACE && octet <= TILDE) continue;
      if (octet === LF || (octet === CR && bytes[at + 1] === LF)) continue;
      this.#octets ??= new Set();
      this.#octets.add(octet);
    }
  }

  has(octet: number): boolean {
    return this.#octets?.has(octet) ?? false;
  }

  /** Whether all octets of some text that are above 127 are such. */
  hasAllAbove127(text: Buffer): boolean {
    return text.every((octet) => octet < 0x80 || this.has(octet));
  }
}
