import type { Sent } from './reply.ts';

const CR = 0x0d;
const LF = 0x0a;

/** Octets that a server may say back, however odd they are: those that the client's own commands have, their line ends apart. */
export class SentOctets {
  readonly #octets = new Uint8Array(256);

  sent({ bytes, as }: Sent): void {
    if (as === 'message') return;
    for (let at = 0; at < bytes.length; at++) {
      const octet = bytes[at] as number;
      if (octet !== CR || bytes[at + 1] !== LF) this.#octets[octet] = 1;
    }
  }

  has(octet: number): boolean {
    return this.#octets[octet] === 1;
  }

  /** Whether all octets of some text that are above 127 are such. */
  hasAllAbove127(text: Buffer): boolean {
    return text.every((octet) => octet < 0x80 || this.has(octet));
  }
}
