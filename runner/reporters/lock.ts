import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';

const owner = () => `${process.pid} ${hostname()}\n`;

/** Whether the lock is this process's now. */
export async function takeLock(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, owner(), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** A lock whose owner has ended is nobody's. Of several runs that see it one takes it away; what another has made since is given back. */
export async function dropDeadLock(lock: string): Promise<boolean> {
  if (!(await isDead(lock))) return false;
  const place = `${lock}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(lock, place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return true;
  }
  if (!(await isDead(place))) await link(place, lock).catch(() => undefined);
  await rm(place, { force: true });
  return true;
}

/** Milliseconds after which a lock without an owner is nobody's: it is held for a few. */
const longestHeld = 10_000;

/** Of another machine's process nobody here knows whether it runs: then its age tells. */
async function isDead(lock: string): Promise<boolean> {
  const text = await readFile(lock, 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  const [, pid, host] = /^(\d+) (.*)\n$/.exec(text) ?? [];
  if (host === hostname()) return !isRunning(Number(pid));
  const found = await stat(lock).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > longestHeld;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
