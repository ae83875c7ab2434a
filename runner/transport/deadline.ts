import { byIdentity } from '../by-identity.ts';

/** Node's timers hold no more than 31 bits; a longer wait is a chain of them. */
const longestTimer = 2 ** 31 - 1;

/** Milliseconds that a timer may be late before it means that this process was kept from running. */
const stall = 1000;
/** Milliseconds. */
const mostPatience = 10_000;

/** Whoever waits for something with a deadline: a connection, an attempt to make one. */
export interface Waiter {
  /** Handles what is due by `now` and says when it wants to be called next; `Infinity` for no time. */
  expire(now: number): number;
}

/**
 * One timer for all that wait by the same clock. Where the machine slept, or the process was stopped, what servers sent
 * meanwhile is still to be read, and they may have slept as well: all get as much time again, once. It rearms lazily: what comes in
 * time costs no timer call, because a timer that is set for an earlier time is left alone and looks around when it fires.
 */
export interface Deadlines {
  join(waiter: Waiter): void;
  /** Makes sure that `expire` of all that joined is called at `deadline`, by the clock, or soon after. */
  watch(deadline: number): void;
  leave(waiter: Waiter): void;
}

/** A run has one clock: its connections and scenarios share the timer without handing it around. */
export const deadlinesBy: (clock: () => number) => Deadlines = byIdentity(createDeadlines);

function createDeadlines(clock: () => number): Deadlines {
  const waiters = new Set<Waiter>();
  let timer: NodeJS.Timeout | undefined;
  let firesAt = Number.POSITIVE_INFINITY;
  let patientUntil = Number.NEGATIVE_INFINITY;

  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
    firesAt = Number.POSITIVE_INFINITY;
  }

  function fire(): void {
    const due = firesAt;
    stop();
    const now = clock();
    const late = now - due;
    if (late > stall && due !== patientUntil) patientUntil = now + Math.min(late, mostPatience);
    if (now < patientUntil) {
      watch(patientUntil);
      return;
    }
    let next = Number.POSITIVE_INFINITY;
    for (const waiter of waiters) next = Math.min(next, waiter.expire(now));
    watch(next);
  }

  function watch(deadline: number): void {
    if (deadline === Number.POSITIVE_INFINITY || firesAt <= deadline) return;
    stop();
    firesAt = deadline;
    timer = setTimeout(fire, Math.min(Math.max(Math.ceil(deadline - clock()), 1), longestTimer));
  }

  return {
    join: (waiter) => void waiters.add(waiter),
    watch,
    leave(waiter) {
      // Nothing is left to wait for: nothing may keep the process running.
      if (waiters.delete(waiter) && waiters.size === 0) stop();
    },
  };
}

/** Calls `fire` at the deadline, by the clock, or soon after. Returns what calls it off. */
export function atDeadline(clock: () => number, deadline: number, fire: () => void): () => void {
  const deadlines = deadlinesBy(clock);
  const waiter: Waiter = {
    expire(now) {
      if (now < deadline) return deadline;
      deadlines.leave(waiter);
      fire();
      return Number.POSITIVE_INFINITY;
    },
  };
  deadlines.join(waiter);
  deadlines.watch(deadline);
  return () => deadlines.leave(waiter);
}
