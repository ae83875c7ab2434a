import { decoded } from '../encoding.ts';
import type { Entry } from '../importing/pasted.ts';
import { createUnfinished } from './unfinished.ts';

/** A line of a recorded session, with the time when it was complete. */
export interface Recorded {
  /** Milliseconds since the session began. */
  readonly at: number;
  readonly entry: Entry;
}

/** In octets. */
const limits = {
  /** The most that is kept of one session; anything beyond is passed on but not recorded. */
  session: 16 * 1024 * 1024,
  /** The most that is kept of all open sessions. */
  together: 128 * 1024 * 1024,
  /** The cost of a line in addition to its length: a flood of line endings takes as much memory as its objects. */
  line: 128,
  /** The most that is kept of what one side sends in a row, such as a message; of the rest, only the end is kept. */
  turn: 1024 * 1024,
  /** The end that is kept of a longer turn: the dot after a message, the tagged response after a literal. */
  end: 4096,
} as const;

/** The remaining memory for all sessions. */
export interface Room {
  left: number;
}

export function createRoom(): Room {
  return { left: limits.together };
}

/** Records what is passed on, line by line, in the order in which lines are complete. */
export interface Notes {
  octets(from: Side, octets: Buffer): void;
  add(entry: Entry): void;
  /** The client has closed its side. */
  left(): void;
  /** All lines, including incomplete ones. */
  finish(): readonly Recorded[];
  /** The recording is no longer needed. */
  release(): void;
}

type Side = 'client' | 'server';

/** The side that sends, the number of octets and, if there are too many, the last ones. */
interface Turn {
  readonly from: Side;
  octets: number;
  beyond: number;
  end: Buffer;
}

export function createNotes(clock: () => number, room: Room = createRoom()): Notes {
  const start = clock();
  const recorded: Recorded[] = [];
  const unfinished = { client: createUnfinished(), server: createUnfinished() };
  let turn = begin('client');
  let kept = 0;
  let full = false;

  function add(entry: Entry): void {
    recorded.push({ at: clock() - start, entry });
  }

  function keep(octets: number): void {
    kept += octets;
    room.left -= octets;
  }

  function line(from: Side, octets: Buffer): void {
    keep(limits.line);
    const end = octets.at(-1) !== 0x0a ? '' : octets.at(-2) === 0x0d ? '\r\n' : '\n';
    add({ kind: from, end, ...decoded(octets.subarray(0, octets.length - end.length)) });
  }

  function read(from: Side, octets: Buffer): void {
    keep(octets.length);
    let at = 0;
    for (let next = octets.indexOf(0x0a); next !== -1; next = octets.indexOf(0x0a, at)) {
      line(from, unfinished[from].take(octets.subarray(at, next + 1)));
      at = next + 1;
    }
    unfinished[from].add(octets.subarray(at));
  }

  function endTurn(): void {
    const { from, beyond, end } = turn;
    if (full) return;
    // If the end was cut, its first line is incomplete.
    const whole = beyond === end.length ? end : end.subarray(end.indexOf(0x0a) + 1 || end.length);
    const gone = beyond - whole.length;
    if (gone > 0) add({ kind: 'gap', from, octets: gone + unfinished[from].take().length });
    read(from, whole);
  }

  function endLine(from: Side): void {
    const octets = unfinished[from].take();
    if (octets.length > 0) line(from, octets);
  }

  return {
    add,
    octets(from, octets) {
      if (full) return;
      if (from !== turn.from) {
        endTurn();
        turn = begin(from);
      }
      const fits = octets.subarray(0, Math.max(0, limits.turn - turn.octets));
      if (kept > limits.session || room.left < fits.length) {
        full = true;
        add({ kind: 'unread', text: 'the session goes on, but is too long to be recorded' });
        return;
      }
      turn.octets += octets.length;
      turn.beyond += octets.length - fits.length;
      read(from, fits);
      if (turn.beyond > 0) turn.end = Buffer.concat([turn.end, octets.subarray(fits.length)]).subarray(-limits.end);
    },
    left() {
      endTurn();
      turn = begin('client');
      endLine('client');
      add({ kind: 'left' });
    },
    finish() {
      endTurn();
      endLine('client');
      endLine('server');
      return recorded;
    },
    release() {
      room.left += kept;
      kept = 0;
    },
  };
}

function begin(from: Side): Turn {
  return { from, octets: 0, beyond: 0, end: Buffer.alloc(0) };
}
