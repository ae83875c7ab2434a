/** Octets that came and nobody took. What a large message comes in is not copied again for each piece. */
export class Inbox {
  #store: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** All of them, which stay. */
  get octets(): Buffer {
    return this.#store.subarray(this.#start, this.#end);
  }

  add(octets: Buffer): void {
    if (this.#end + octets.length > this.#store.length) {
      // What was taken may still be in use: it is never written over.
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
