import { errorsIn, type LoadResult, passedIn, totalOf } from './result.ts';
import { clientWarnings } from './warnings.ts';

/** The exit status (docs/load.md). `allowed`: how many errors a load of `total` scenarios may have. */
export function statusOf(result: LoadResult, allowed: (total: number) => number): number {
  if (result.interrupted) return 130;
  const errors = errorsIn(result);
  if (errors > allowed(totalOf(result))) {
    // Scenarios that did not start because this machine was too slow say nothing about the server.
    return errors === result.notStarted && clientWarnings(result).length > 0 ? 3 : 1;
  }
  return passedIn(result) + errors === 0 ? 3 : 0;
}
