import type { Outcome } from './result.ts';

export type Counts = Readonly<Record<Outcome, number>>;

/** Counts for a run that has not started. */
export function noOutcomes(): Record<Outcome, number> {
  return { passed: 0, flaky: 0, failed: 0, errored: 0, blocked: 0, warning: 0, known: 0, skipped: 0, not_run: 0 };
}

/** True if no scenario checked the server: all were skipped, blocked or did not run. Such a run is not a success. */
export function judgedNothing({ skipped, blocked, not_run, ...judged }: Counts): boolean {
  return skipped + blocked + not_run > 0 && Object.values(judged).every((count) => count === 0);
}
