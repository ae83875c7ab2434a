import { closeSync, openSync, realpathSync } from 'node:fs';
import { isBelow } from '../paths.ts';
import { outside, pathOf, type Within } from './open.ts';

/** `O_PATH` of Linux, which Node has no name for: the socket is held, and not connected to. */
const pathOnly = 0o10000000;

/** A path that leads to one socket, whatever happens to the links on the way. */
export interface HeldSocket {
  readonly path: string;
  release(): void;
}

/** Throws an `AccessError` for a socket outside of the folders, and the system's error where there is none. */
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
