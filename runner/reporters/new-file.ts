import { randomBytes } from 'node:crypto';
import { constants, rmSync } from 'node:fs';
import { copyFile, link, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { atExit } from '../at-exit.ts';
import { dropDeadLock, takeLock } from './lock.ts';

/** A temporary name next to a path, for an unfinished file. */
export function besideOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}

/** Gives a file its name, unless a file of that name exists; then it stays where it is. */
export async function putNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to).catch(async (error: NodeJS.ErrnoException) => {
      // Not every file system supports hard links.
      if (error.code === 'EEXIST') throw error;
      await copyFile(from, to, constants.COPYFILE_EXCL);
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  await rm(from, { force: true });
  return true;
}

/** `name-2.txt`, `name-3.txt`, … */
export function numbered(path: string, number: number): string {
  const extension = extname(path);
  return number === 1 ? path : `${path.slice(0, path.length - extension.length)}-${number}${extension}`;
}

/**
 * Writes complete files: under the given name or, if another run has written that one meanwhile, under the next name
 * with a number. Older files are replaced. Resolves to the name.
 * @param since milliseconds since the epoch
 */
export function newFiles(since = Date.now()): (path: string, text: string) => Promise<string> {
  return async (path, text) => {
    await mkdir(dirname(path), { recursive: true });
    const place = besideOf(path);
    const forget = atExit(() => rmSync(place, { force: true }));
    try {
      await writeFile(place, text, { flag: 'wx' });
      for (let number = 1; ; ) {
        const name = numbered(path, number);
        if (await putNew(place, name)) return name;
        if (!(await removeOlder(name, since))) number++;
      }
    } finally {
      await rm(place, { force: true });
      forget();
    }
  };
}

/** How often, and at what interval in milliseconds, to check whether another run has finished with a file. */
const looks = { count: 50, every: 10 };

/**
 * Removes an older file; returns whether the name is free. Runs do this one at a time, so that none removes what
 * another has written.
 */
async function removeOlder(path: string, since: number): Promise<boolean> {
  const lock = join(dirname(path), `.${basename(path)}.lock`);
  for (let look = 0; look < looks.count; look++) {
    if (await isNewer(path, since)) return false;
    if (!(await takeLock(lock))) {
      if (!(await dropDeadLock(lock))) await new Promise((resolve) => setTimeout(resolve, looks.every));
      continue;
    }
    try {
      const isOlder = !(await isNewer(path, since));
      if (isOlder) await rm(path, { force: true });
      return isOlder;
    } finally {
      await rm(lock, { force: true });
    }
  }
  return false;
}

async function isNewer(path: string, since: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && found.mtimeMs >= since;
}
