import type { Outcome } from './result.ts';

export type Counts = Readonly<Record<Outcome, number>>;

/** Counts before anything has ended. */
export function noOutcomes(): Record<Outcome, number> {
  return { passed: 0, flaky: 0, failed: 0, errored: 0, blocked: 0, warning: 0, known: 0, skipped: 0, not_run: 0 };
}

/** Whether no scenario of the run came to a verdict on the server: all were skipped, blocked or did not run. A success it is not. */
export function judgedNothing({ skipped, blocked, not_run, ...judged }: Counts): boolean {
  return skipped + blocked + not_run > 0 && Object.values(judged).every((count) => count === 0);
}
