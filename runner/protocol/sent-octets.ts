import type { Sent } from './reply.ts';

/** Octets that a server may say back, however odd they are: those that the client's own commands have. */
export class SentOctets {
  readonly #octets = new Uint8Array(256);

  sent({ bytes, as }: Sent): void {
    if (as !== 'message') for (const octet of bytes) this.#octets[octet] = 1;
  }

  has(octet: number): boolean {
    return this.#octets[octet] === 1;
  }

  /** Whether all octets of some text that are above 127 are such. */
  hasAllAbove127(text: Buffer): boolean {
    return text.every((octet) => octet < 0x80 || this.has(octet));
  }
}
