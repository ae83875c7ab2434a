import { forget, heed } from '../transport/abort.ts';

/** When scenarios start, and how many run at once. */
export interface Pace {
  /** Scenarios per second, in all shares together. Absent: the next one starts when one has ended. */
  readonly rate?: number;
  /** How long scenarios are started, in milliseconds. */
  readonly duration: number;
  /** The most simultaneous connections of this share. */
  readonly connections: number;
  readonly share: Share;
}

/** The part of this process: each of `total` processes starts every `total`th scenario. */
export interface Share {
  /** From 0. */
  readonly index: number;
  readonly total: number;
}

export interface Start {
  /** Its number among the starts of all shares. */
  readonly serial: number;
  /** The intended start by the clock, from which latency counts, whenever it really starts. */
  readonly intended: number;
  /** Milliseconds by which it starts late although a connection is free, which is this program's fault. */
  readonly late: number;
}

export interface Paced {
  /** Scenarios that were due but did not start, because all connections were in use until the end. */
  readonly notStarted: number;
  /** Scenarios that started late, because all connections were in use when they were due. */
  readonly waited: number;
}

interface Host {
  readonly clock: () => number;
  readonly signal: AbortSignal;
  /** The connections that the scenario with this number needs. */
  unitsOf(serial: number): number;
  play(start: Start): Promise<void>;
  /** Calls back after `ms` milliseconds, unless the returned function is called before that. */
  after(ms: number, call: () => void): () => void;
  /** Asked before each start. */
  isHopeless(): boolean;
}

/**
 * Starts scenarios by the schedule, whether or not earlier ones have ended, like mail from strangers; so a slow server
 * does not slow down its own measurement. Resolves when all that started have ended.
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
  /** The next scenario is due and waits for a connection, as did all that were due before now. */
  let isShort = false;
  let shortUntil = begin;
  let cancel: () => void = () => undefined;
  return new Promise((resolve, reject) => {
    /**
     * A scenario that was due in time starts even if this program is late, but not if it had to wait for a connection.
     */
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

/** How many of the first `starts` starts of all shares belong to this one. */
function dueIn(starts: number, { index, total }: Share): number {
  // 0.1/s for 30s is 3, and not 3.0000000000000004.
  return Math.max(0, Math.ceil((Math.round(starts * 1e6) / 1e6 - index) / total));
}
