import { type FileHandle, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { namesInside, openInside, type Within } from '../access/open.ts';

/** The size of a growing file at some moment. A file that does not exist yet begins at 0. */
export interface Mark {
  readonly file: string;
  readonly inode: number;
  readonly size: number;
  /** The octets before that offset: if the file was truncated and grew again, they differ. */
  readonly before: Buffer;
  /** Folders that the file must be in after symbolic links are resolved. Absent: anywhere. */
  readonly within?: Within;
}

/** What was written since a mark. */
export interface Tail {
  readonly octets: Buffer;
  /** The number of octets that were left out because there were too many. */
  readonly omitted: number;
  /** The file was replaced or truncated meanwhile; later writes to the old file are in `octets` as well. */
  readonly rotated: boolean;
}

/** Enough to distinguish two logs: a line's time stamp and process. */
const fingerprint = 64;

/** Rejects with the system's error if the file exists but cannot be examined. */
export async function markOf(file: string, within?: Within): Promise<Mark> {
  let handle: FileHandle | undefined;
  try {
    handle = await openInside(file, within);
    const { ino, size: whole } = await handle.stat();
    const size = await lineStart(handle, whole);
    return {
      file,
      inode: ino,
      size,
      within,
      before: await read(handle, Math.max(size - fingerprint, 0), Math.min(size, fingerprint)),
    };
  } catch (error) {
    if (!isAbsent(error)) throw error;
    return { file, inode: 0, size: 0, within, before: Buffer.alloc(0) };
  } finally {
    await handle?.close();
  }
}

/**
 * What was written since the mark, at most the last `most` octets; `undefined` if there is no file. Rejects with the
 * system's error if it cannot be read.
 */
export async function readSince(mark: Mark, most: number): Promise<Tail | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await openInside(mark.file, mark.within);
    const now = await handle.stat();
    const same = mark.inode !== 0 && now.ino === mark.inode && now.size >= mark.size && (await continues(handle, mark));
    const start = same ? mark.size : 0;
    const from = Math.max(start, now.size - most);
    const octets = wholeLines(await read(handle, from, now.size - from), from > start);
    const rotated = !same && mark.inode !== 0;
    const old =
      rotated && now.ino !== mark.inode ? await restOfPredecessor(mark, most - octets.length) : Buffer.alloc(0);
    return { octets: Buffer.concat([old, octets]), omitted: from - start, rotated };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  } finally {
    await handle?.close();
  }
}

/** How far back to look for the beginning of an incomplete line, in octets. */
const longestLine = 8 * 1024;

/** The offset of an incomplete last line. Its end by itself would not be a line, and could be the end of a secret. */
async function lineStart(handle: FileHandle, size: number): Promise<number> {
  const end = await read(handle, Math.max(size - longestLine, 0), Math.min(size, longestLine));
  const feed = end.lastIndexOf(0x0a);
  return feed === -1 && end.length < size ? size : size - end.length + feed + 1;
}

/** Without the end of a line whose beginning was left out. */
function wholeLines(octets: Buffer, isCut: boolean): Buffer {
  return isCut ? octets.subarray(octets.indexOf(0x0a) + 1) : octets;
}

/** The last octets before the mark, beginning with a whole line. */
export async function readBefore({ file, within, size }: Mark, most: number): Promise<Buffer> {
  if (size === 0) return Buffer.alloc(0);
  const handle = await openInside(file, within);
  try {
    const start = Math.max(0, size - most);
    const octets = await read(handle, start, size - start);
    return wholeLines(octets, start > 0);
  } finally {
    await handle.close();
  }
}

async function continues(handle: FileHandle, { size, before }: Mark): Promise<boolean> {
  return (await read(handle, size - before.length, before.length)).equals(before);
}

/** `mail.log` has become `mail.log.1` (or multilog's `@400….s`), which has the lines after the mark. */
async function restOfPredecessor(mark: Mark, most: number): Promise<Buffer> {
  const folder = dirname(mark.file);
  const name = basename(mark.file);
  for (const entry of await namesInside(folder, mark.within).catch(() => [])) {
    if (entry === name) continue;
    let handle: FileHandle | undefined;
    try {
      const path = join(folder, entry);
      if ((await stat(path)).ino !== mark.inode) continue;
      handle = await openInside(path, mark.within);
      const { size } = await handle.stat();
      const from = Math.max(mark.size, size - most);
      return wholeLines(await read(handle, from, size - from), from > mark.size);
    } catch {
      // It was renamed again, or cannot be read.
    } finally {
      await handle?.close();
    }
  }
  return Buffer.alloc(0);
}

async function read(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  if (length <= 0) return Buffer.alloc(0);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

export function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
