import { randomBytes } from 'node:crypto';
import { constants, rmSync } from 'node:fs';
import { copyFile, link, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
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

export interface NewFiles {
  /** Writes a complete file; resolves to its name. */
  write(name: string, text: string): Promise<string>;
  /** The run is over: a later one may replace its files. */
  end(): Promise<void>;
}

/**
 * Writes files to a folder: under the given name or, if a run that is not over or began later has written that one,
 * under the next name with a number. Older files are replaced.
 * @param since when the run began, in milliseconds since the epoch
 */
export function newFiles(folder: string, since = Date.now()): NewFiles {
  // Read now: a run that ends before the first file here is written has overlapped with this one as well.
  const oldest = startOfOldest(folder, since);
  let mark: Promise<() => Promise<void>> | undefined;
  return {
    async write(name, text) {
      await mkdir(folder, { recursive: true });
      mark ??= markRun(folder, since);
      await mark;
      return writeNew(join(folder, name), text, await oldest);
    },
    async end() {
      await (await mark)?.();
    },
  };
}

async function writeNew(path: string, text: string, since: number): Promise<string> {
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
}

/** The lock of a run that has written to the folder; its name says when the run began. */
const runLock = /^\.run-(\d+)\.[0-9a-f]+\.lock$/;
/** A run on another machine counts as over after a day, in milliseconds. */
const longestRun = 86_400_000;

/** Marks the folder as written to by a run; the returned function ends that. */
async function markRun(folder: string, since: number): Promise<() => Promise<void>> {
  const lock = join(folder, `.run-${since}.${randomBytes(6).toString('hex')}.lock`);
  const forget = atExit(() => rmSync(lock, { force: true }));
  await takeLock(lock);
  return async () => {
    await rm(lock, { force: true });
    forget();
  };
}

/** When the oldest of the runs began that write to the folder now. */
async function startOfOldest(folder: string, since: number): Promise<number> {
  const starts = (await readdir(folder).catch(() => [])).map(async (name) => {
    const [, began] = runLock.exec(name) ?? [];
    if (began === undefined) return since;
    return (await dropDeadLock(join(folder, name), longestRun).catch(() => false)) ? since : Number(began);
  });
  return Math.min(since, ...(await Promise.all(starts)));
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
