import { relative, sep } from 'node:path';
import { isBelow } from '../paths.ts';

/** A file's path below the scenarios folder, without its extension. All paths are absolute. */
export function suiteIdOf(path: string, root: string, shipped: string): string {
  const base = isBelow(path, shipped) ? shipped : root;
  const way = isBelow(path, base) ? relative(base, path) : path;
  return way
    .split(sep)
    .join('/')
    .replace(/\.ya?ml$/, '')
    .replace(/^scenarios\/(?=.)/, '');
}
