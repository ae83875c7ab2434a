import { closeSync, openSync, realpathSync } from 'node:fs';
import { isBelow } from '../paths.ts';
import { outside, pathOf, type Within } from './open.ts';

/** Linux' `O_PATH`, for which Node has no name: opens the socket without connecting to it. */
const pathOnly = 0o10000000;

/** A path that leads to one socket, even if links on the way change afterwards. */
export interface HeldSocket {
  readonly path: string;
  release(): void;
}

/** Throws an `AccessError` for a socket outside the folders, and the system's error if there is no socket. */
export function holdSocket(path: string, within: Within): HeldSocket {
  if (within === undefined) return { path, release() {} };
  const inside = (real: string) => {
    if (!within.some((folder) => isBelow(real, folder))) throw outside();
  };
  if (process.platform !== 'linux') {
    const real = realpathSync(path);
    inside(real);
    return { path: real, release() {} };
  }
  const held = openSync(path, pathOnly);
  try {
    inside(pathOf(held) ?? realpathSync(path));
  } catch (error) {
    closeSync(held);
    throw error;
  }
  return { path: `/proc/self/fd/${held}`, release: () => closeSync(held) };
}
