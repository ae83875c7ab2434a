/**
 * Octets that have arrived and have not been read. The pieces of a large message are not copied again for each piece.
 */
export class Inbox {
  #store: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** All of them, without removing them. */
  get octets(): Buffer {
    return this.#store.subarray(this.#start, this.#end);
  }

  add(octets: Buffer): void {
    if (this.#end + octets.length > this.#store.length) {
      // What was read may still be in use, so it is never overwritten.
      const larger = Buffer.alloc(2 * (this.length + octets.length));
      const length = this.octets.copy(larger);
      this.#store = larger;
      this.#start = 0;
      this.#end = length;
    }
    this.#end += octets.copy(this.#store, this.#end);
  }

  take(length = this.length): Buffer {
    const taken = this.octets.subarray(0, length);
    this.#start += taken.length;
    return taken;
  }
}
