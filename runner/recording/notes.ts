import { decodeText } from '../encoding.ts';
import type { Entry } from '../importing/pasted.ts';

/** A line of a recorded session, and when it was complete. */
export interface Recorded {
  /** Milliseconds since the session began. */
  readonly at: number;
  readonly entry: Entry;
}

/** Octets of one session that are kept; beyond them it is passed on, and not recorded. */
const mostOctets = 16 * 1024 * 1024;

/** What passes, line by line, in the order in which lines are complete. */
export interface Notes {
  octets(from: 'client' | 'server', octets: Buffer): void;
  add(entry: Entry): void;
  /** Everything, with what is left of unfinished lines. */
  finish(): readonly Recorded[];
}

export function createNotes(clock: () => number): Notes {
  const start = clock();
  const recorded: Recorded[] = [];
  const rest = { client: Buffer.alloc(0), server: Buffer.alloc(0) };
  let left = mostOctets;

  function add(entry: Entry): void {
    recorded.push({ at: clock() - start, entry });
  }

  return {
    add,
    octets(from, octets) {
      if (left <= 0) return;
      left -= octets.length;
      if (left <= 0) {
        add({ kind: 'unread', text: 'the session goes on, but is too long to be recorded' });
        return;
      }
      let all = Buffer.concat([rest[from], octets]);
      for (let at = all.indexOf(0x0a); at !== -1; at = all.indexOf(0x0a)) {
        const end = all[at - 1] === 0x0d ? at - 1 : at;
        add({ kind: from, text: decodeText(all.subarray(0, end)) });
        all = all.subarray(at + 1);
      }
      rest[from] = Buffer.from(all);
    },
    finish() {
      for (const from of ['client', 'server'] as const) {
        if (rest[from].length > 0) add({ kind: from, text: decodeText(rest[from]) });
        rest[from] = Buffer.alloc(0);
      }
      return recorded;
    },
  };
}
