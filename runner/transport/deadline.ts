/** Node's timers hold no more than 31 bits; a longer wait is a chain of them. */
const longestTimer = 2 ** 31 - 1;

/** One timer for all deadlines of a connection. */
export interface DeadlineTimer {
  /** Makes sure that `expire` is called at `deadline`, by the clock, or soon after. */
  watch(deadline: number): void;
  clear(): void;
}

/**
 * Rearms lazily: a reply that comes in time costs no timer call, because a timer that is already set for an
 * earlier time is left alone; when it fires, `expire` handles what is due and names the next deadline, if any.
 */
export function createDeadlineTimer(clock: () => number, expire: (now: number) => number | undefined): DeadlineTimer {
  let timer: NodeJS.Timeout | undefined;
  let firesAt = Number.POSITIVE_INFINITY;

  function fire(): void {
    timer = undefined;
    firesAt = Number.POSITIVE_INFINITY;
    const next = expire(clock());
    if (next !== undefined) watch(next);
  }

  function watch(deadline: number): void {
    if (deadline === Number.POSITIVE_INFINITY || (timer !== undefined && firesAt <= deadline)) return;
    clearTimeout(timer);
    firesAt = deadline;
    timer = setTimeout(fire, Math.min(Math.max(Math.ceil(deadline - clock()), 1), longestTimer));
  }

  return {
    watch,
    clear() {
      clearTimeout(timer);
      timer = undefined;
      firesAt = Number.POSITIVE_INFINITY;
    },
  };
}
