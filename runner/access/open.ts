import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  type Stats,
} from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { isBelow } from '../paths.ts';

/*
 * Scenarios reach files only through this module. A file is opened first, without blocking, and checked afterwards:
 * where it really is, and what it is. A link that changes between a check and the opening therefore has no effect.
 */

/** Folders, without symbolic links, that a file must be in. Absent: it may be anywhere. */
export type Within = readonly string[] | undefined;

/** Thrown for a file that could be read but is not allowed to be. */
export class AccessError extends Error {
  readonly reason: 'outside' | 'kind' | 'size';
  constructor(reason: AccessError['reason'], message: string) {
    super(message);
    this.name = 'AccessError';
    this.reason = reason;
  }
}

/** A pipe without a writer or a terminal must not block us, and a terminal must not become our controlling terminal. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

const miB = 1024 * 1024;

/**
 * The most octets of a file that is read as a whole, unless the caller sets a lower limit: Node's strings are limited
 * to about as many.
 */
const mostOctets = 500 * miB;

/** The text of a regular file. Throws an `AccessError`, also for more than `atMost` octets, or the system's error. */
export function readTextInside(path: string, within: Within, atMost = mostOctets): string {
  const file = openSync(path, flags);
  try {
    refuseLarger(refuse(file, path, within, 'file').size, atMost);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** What a shell passes: `<(…)` or a here document. It is open already, so opening it cannot block. */
const handedOver = /^\/dev\/(?:stdin|fd\/\d+)$|^\/proc\/self\/fd\/\d+$/;

/**
 * The text of a file named in arguments; it may be anywhere, unless `within` is given. Throws as `readTextInside` does.
 */
export function readTextNamed(path: string, within?: Within, atMost = mostOctets): string {
  return handedOver.test(path) ? readHandedOver(path, atMost).toString('utf8') : readTextInside(path, within, atMost);
}

/** The octets of such a file. */
export async function readNamed(path: string, atMost = mostOctets): Promise<Buffer> {
  return handedOver.test(path) ? readHandedOver(path, atMost) : readInside(path, undefined, atMost);
}

function readHandedOver(path: string, atMost: number): Buffer {
  const octets = readFileSync(path);
  refuseLarger(octets.length, atMost);
  return octets;
}

/**
 * Checks that a path leads to a regular file (or, if `kind` says so, a folder) in one of the folders. Throws as reading
 * it would.
 */
export function lookInside(path: string, within: Within, kind: 'file' | 'file or folder' = 'file'): void {
  const file = openSync(path, flags);
  try {
    refuse(file, path, within, kind);
  } finally {
    closeSync(file);
  }
}

/** Opens a regular file. With `links: false`, the last part of its path must not be a symbolic link. */
export async function openInside(
  path: string,
  within: Within,
  { links = true }: { readonly links?: boolean } = {},
): Promise<FileHandle> {
  const file = await open(path, links ? flags : flags | constants.O_NOFOLLOW);
  try {
    refuse(file.fd, path, within, 'file');
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

export async function readInside(path: string, within: Within, atMost = mostOctets): Promise<Buffer> {
  const file = await openInside(path, within);
  try {
    refuseLarger((await file.stat()).size, atMost);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** An open folder. Its `path` leads into it even if another folder or a link takes its place meanwhile. */
export interface OpenFolder {
  readonly path: string;
  close(): Promise<void>;
}

/** Opens a folder. With `links: false`, the last part of its path must not be a symbolic link. */
export async function openFolder(
  path: string,
  within: Within,
  { links = true }: { readonly links?: boolean } = {},
): Promise<OpenFolder> {
  const folder = await open(path, flags | constants.O_DIRECTORY | (links ? 0 : constants.O_NOFOLLOW));
  try {
    refuse(folder.fd, path, within, 'folder');
    return {
      path: pathOf(folder.fd) === undefined ? path : `${descriptors}/${folder.fd}`,
      close: () => folder.close(),
    };
  } catch (error) {
    await folder.close();
    throw error;
  }
}

/** The names of the files in a folder. */
export async function namesInside(path: string, within: Within): Promise<readonly string[]> {
  const folder = await openFolder(path, within);
  try {
    return await readdir(folder.path);
  } finally {
    await folder.close();
  }
}

/** Linux lists the paths of open file descriptors here. */
const descriptors = '/proc/self/fd';

/** The path of an open file, without symbolic links; `undefined` if the system does not provide it. */
export function pathOf(descriptor: number): string | undefined {
  try {
    return readlinkSync(`${descriptors}/${descriptor}`).replace(/ \(deleted\)$/, '');
  } catch {
    return undefined;
  }
}

function refuse(descriptor: number, path: string, within: Within, kind: 'file' | 'folder' | 'file or folder'): Stats {
  const found = fstatSync(descriptor);
  if (within !== undefined && !within.some((folder) => isBelow(realPathOf(descriptor, path, found), folder)))
    throw outside();
  const fits = found.isFile() || (kind !== 'file' && found.isDirectory());
  if (!fits) throw new AccessError('kind', found.isDirectory() ? 'it is a folder' : 'it is not a file');
  return found;
}

function refuseLarger(octets: number, atMost: number): void {
  if (octets > atMost) throw new AccessError('size', `it is larger than ${atMost / miB} MiB`);
}

export function outside(): AccessError {
  return new AccessError('outside', 'it is outside the project');
}

/** On systems other than Linux: the path's own real path, provided that it still leads to the file that was opened. */
function realPathOf(
  descriptor: number,
  path: string,
  { dev, ino }: { readonly dev: number; readonly ino: number },
): string {
  const told = pathOf(descriptor);
  if (told !== undefined) return told;
  const real = realpathSync(path);
  const there = lstatSync(real);
  if (there.dev !== dev || there.ino !== ino) throw outside();
  return real;
}
