import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';

/** Next to the program, where its compiled code is kept, too: whoever can write there can change the program itself. */
export function cacheFolder(): string {
  return join(packageRoot(), 'dist', '.cache');
}
