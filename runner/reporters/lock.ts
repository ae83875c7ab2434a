import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';

const owner = () => `${process.pid} ${hostname()}\n`;

/** Takes the lock; returns whether that succeeded. */
export async function takeLock(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, owner(), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Milliseconds after which a lock without a known owner is stale: those of files are held only for a few. */
const longestHeld = 10_000;

/**
 * Removes a lock whose owner has ended. Of several runs that notice it, one removes it; a lock that another run has
 * created since is restored.
 * @param longest milliseconds after which a lock is stale if it is unknown whether its owner runs
 */
export async function dropDeadLock(lock: string, longest = longestHeld): Promise<boolean> {
  if (!(await isDead(lock, longest))) return false;
  const place = `${lock}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(lock, place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return true;
  }
  if (!(await isDead(place, longest))) await link(place, lock).catch(() => undefined);
  await rm(place, { force: true });
  return true;
}

/** It is unknown whether a process on another machine is running, so the lock's age decides. */
async function isDead(lock: string, longest: number): Promise<boolean> {
  const text = await readFile(lock, 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  const [, pid, host] = /^(\d+) (.*)\n$/.exec(text) ?? [];
  if (host === hostname()) return !isRunning(Number(pid));
  const found = await stat(lock).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > longest;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
