import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';

/** Where the compiled program is kept, too: who can write there can change the program itself. */
export function cacheFolder(): string {
  return join(packageRoot(), 'dist', '.cache');
}
