import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { CheckError } from './check.ts';

/**
 * Refuses a path that leads out of these folders once its symbolic links are followed, as far as it exists.
 * Throws a `CheckError`, `input.value`.
 */
export async function refuseOutside(path: string, folders: readonly string[]): Promise<void> {
  const real = await realPath(path);
  if (folders.some((folder) => isBelow(real, folder))) return;
  throw new CheckError('input.value', `Cannot read "${path}": it lies outside of the project`, {
    hint: 'List its folder under "allow: { files: […] }" of the configuration',
  });
}

async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realPath(parent), relative(parent, path));
  }
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
