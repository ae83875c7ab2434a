import { isBelow, realPath } from '../paths.ts';
import type { WatchedPath } from '../steps.ts';
import { CheckError } from './check.ts';

/**
 * Refuses a path that leads out of its folders once its symbolic links are followed, as far as it exists.
 * Throws a `CheckError`, `input.value`.
 */
export function refuseOutside({ path, within }: WatchedPath): void {
  if (within === undefined) return;
  const real = realPath(path);
  if (within.some((folder) => isBelow(real, folder))) return;
  throw new CheckError('input.value', `Cannot read "${path}": it lies outside of the project`, {
    hint: 'List its folder under "allow: { files: […] }" of the configuration',
  });
}
