import { errorsIn, type LoadResult, passedIn, totalOf } from './result.ts';
import { clientWarnings } from './warnings.ts';

/** The exit status, as docs/load.md has it. `allowed`: errors that a load of so many scenarios may have. */
export function statusOf(result: LoadResult, allowed: (total: number) => number): number {
  if (result.interrupted) return 130;
  const errors = errorsIn(result);
  if (errors > allowed(totalOf(result))) {
    // What did not start because this machine was too slow says nothing about the server.
    return errors === result.notStarted && clientWarnings(result).length > 0 ? 3 : 1;
  }
  return passedIn(result) + errors === 0 ? 3 : 0;
}
