/** An incomplete line. Octets that arrive one by one are not copied again each time. */
export interface Unfinished {
  readonly length: number;
  add(octets: Buffer): void;
  /** Returns the line so far, followed by these octets, and starts over. */
  take(octets?: Buffer): Buffer;
}

export function createUnfinished(): Unfinished {
  let store = Buffer.alloc(0);
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(octets) {
      if (length + octets.length > store.length) {
        const larger = Buffer.alloc(2 * (length + octets.length));
        store.copy(larger, 0, 0, length);
        store = larger;
      }
      octets.copy(store, length);
      length += octets.length;
    },
    take(octets = Buffer.alloc(0)) {
      if (length === 0) return octets;
      const whole = Buffer.concat([store.subarray(0, length), octets]);
      store = Buffer.alloc(0);
      length = 0;
      return whole;
    },
  };
}
