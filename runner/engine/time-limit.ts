import { inWords } from '../duration.ts';
import type { Scenario } from '../plan.ts';
import { forget, heed } from '../transport/abort.ts';
import { deadlinesBy, type Waiter } from '../transport/deadline.ts';
import { StepFailure } from './failure.ts';

/** Ends a scenario when its time is up, or when the run is interrupted. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  expired(): boolean;
  /** Extends the limit by this many milliseconds. */
  extend(ms: number): void;
  stop(): void;
}

/** Starts the time limits of one run. */
export function createTimeLimits(clock: () => number, interrupted: AbortSignal): (ms: number) => TimeLimit {
  /**
   * Controllers that were not aborted, for the next scenarios: a controller with its first listener costs more than a
   * step.
   */
  const idle: AbortController[] = [];
  return (ms) => startLimit(ms, clock, interrupted, idle);
}

function startLimit(ms: number, clock: () => number, interrupted: AbortSignal, idle: AbortController[]): TimeLimit {
  const controller = idle.pop() ?? new AbortController();
  let deadline = clock() + ms;
  let expired = false;
  const waiter: Waiter = {
    expire(now) {
      if (now < deadline) return deadline;
      if (!expired) {
        expired = true;
        controller.abort();
      }
      return Number.POSITIVE_INFINITY;
    },
  };
  const deadlines = deadlinesBy(clock);
  deadlines.join(waiter);
  deadlines.watch(deadline);
  const interrupt = () => controller.abort();
  // A removed event listener still points to those added after it until the next full collection. One of them in the
  // old generation would keep all later scenarios alive: 20 KiB each.
  heed(interrupted, interrupt);
  return {
    signal: controller.signal,
    expired: () => expired,
    extend(more) {
      deadline += more;
    },
    stop() {
      deadlines.leave(waiter);
      forget(interrupted, interrupt);
      if (!controller.signal.aborted) idle.push(controller);
    },
  };
}

export function scenarioTimeout(scenario: Scenario): StepFailure {
  return new StepFailure('scenario.timeout', `the scenario did not end within ${inWords(scenario.timeout)}`, {
    hint: 'Give it a longer "timeout", or find out what the step shown here was waiting for',
  });
}
