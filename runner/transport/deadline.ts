import { byIdentity } from '../by-identity.ts';

/** Node's timers are limited to 31 bits; a longer wait needs several in a row. */
const longestTimer = 2 ** 31 - 1;

/** Milliseconds by which a timer must be late to mean that this process was suspended. */
const stall = 1000;
/** The most extra time, in milliseconds. */
const mostPatience = 10_000;

/** Something that waits with a deadline: a connection, or an attempt to make one. */
export interface Waiter {
  /** Handles everything due by `now`, and returns when it must be called next; `Infinity` for never. */
  expire(now: number): number;
}

/**
 * One timer for everything that waits by the same clock. If the machine slept or the process was suspended, what
 * servers sent meanwhile is still unread, and servers may have slept as well: then all deadlines are extended once, by
 * the same time. Rearming is lazy: a wait that ends in time needs no timer call, because a timer set for an earlier
 * time is left alone and checks again when it fires.
 */
export interface Deadlines {
  join(waiter: Waiter): void;
  /** Makes sure that `expire` of all members is called at `deadline`, by the clock, or soon after. */
  watch(deadline: number): void;
  leave(waiter: Waiter): void;
}

/** A run has one clock, so its connections and scenarios use the same timer without passing it around. */
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
      // The process must be able to end when nothing waits.
      if (waiters.delete(waiter) && waiters.size === 0) stop();
    },
  };
}

/** Calls `fire` at the deadline, by the clock, or soon after. Returns a function that cancels it. */
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
