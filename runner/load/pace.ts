import { forget, heed } from '../transport/abort.ts';

/** When scenarios start, and how many run at once. */
export interface Pace {
  /** Scenarios in a second, of all shares together; absent: the next one starts when one has ended. */
  readonly rate?: number;
  /** Milliseconds in which scenarios start. */
  readonly duration: number;
  /** At most so many connections at once, of this share. */
  readonly connections: number;
  readonly share: Share;
}

/** This process's part: of `total` processes each starts every `total`th scenario. */
export interface Share {
  /** From 0. */
  readonly index: number;
  readonly total: number;
}

export interface Start {
  /** Its number among the starts of all shares. */
  readonly serial: number;
  /** By the clock: what its latency counts from, whenever it does start. */
  readonly intended: number;
  /** Milliseconds by which it starts late though a connection is free: this program's own fault. */
  readonly late: number;
}

export interface Paced {
  /** Were due, and did not start: all connections were in use until the end. */
  readonly notStarted: number;
  /** Started late: all connections were in use when they were due. */
  readonly waited: number;
}

interface Host {
  readonly clock: () => number;
  readonly signal: AbortSignal;
  /** The connections that the scenario of this number needs. */
  unitsOf(serial: number): number;
  play(start: Start): Promise<void>;
  /** Calls back after so many milliseconds, unless the function that it returns is called before. */
  after(ms: number, call: () => void): () => void;
  /** Asked before each start. */
  isHopeless(): boolean;
}

/**
 * Starts scenarios by the schedule, whether or not those before have ended, as strangers' mail comes; so a slow server
 * does not slow down those who measure it. Resolves when all that started have ended.
 */
export function pace({ rate, duration, connections, share }: Pace, host: Host): Promise<Paced> {
  const { clock, signal } = host;
  const begin = clock();
  const end = begin + duration;
  const serialOf = (place: number) => place * share.total + share.index;
  const intendedAt = (place: number, now: number) =>
    rate === undefined ? now : begin + (serialOf(place) * 1000) / rate;
  const due = rate === undefined ? Number.POSITIVE_INFINITY : dueIn((rate * duration) / 1000, share);
  let next = 0;
  let inUse = 0;
  let running = 0;
  let waited = 0;
  /** The next one is due and waits for a connection; those due before this time had to. */
  let isShort = false;
  let shortUntil = begin;
  let cancel: () => void = () => undefined;
  return new Promise((resolve, reject) => {
    /** What was due in time starts even if this program is late; what waits for a connection does not. */
    const isOver = (now: number) =>
      next >= due || signal.aborted || host.isHopeless() || (now >= end && (rate === undefined || isShort));
    const start = (now: number, units: number) => {
      const [serial, intended] = [serialOf(next), intendedAt(next, now)];
      if (shortUntil > intended) waited++;
      isShort = false;
      inUse += units;
      running++;
      next++;
      host.play({ serial, intended, late: now - Math.max(intended, shortUntil) }).then(() => {
        inUse -= units;
        running--;
        if (isShort) shortUntil = clock();
        fill();
      }, reject);
    };
    const fill = () => {
      cancel();
      let now = clock();
      while (!isOver(now) && intendedAt(next, now) <= now) {
        const units = host.unitsOf(serialOf(next));
        isShort = inUse + units > connections;
        if (isShort) break;
        start(now, units);
        now = clock();
      }
      if (isOver(now)) {
        if (running > 0) return;
        forget(signal, fill);
        const isCut = rate === undefined || signal.aborted || host.isHopeless();
        resolve({ notStarted: isCut ? 0 : due - next, waited });
      } else if (!isShort && rate !== undefined) cancel = host.after(intendedAt(next, now) - now, fill);
    };
    heed(signal, fill);
    fill();
  });
}

/** How many of the first so many starts of all shares are this one's. */
function dueIn(starts: number, { index, total }: Share): number {
  // 0.1/s for 30s is 3, and not 3.0000000000000004.
  return Math.max(0, Math.ceil((Math.round(starts * 1e6) / 1e6 - index) / total));
}
