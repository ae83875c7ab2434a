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
 * The one way to files that scenarios name. A file is opened without waiting, and then looked at: where it really lies,
 * and what it is. A link that is changed between a look and an opening changes nothing, for there is no look before.
 */

/** Folders without symbolic links that a file must lie in; absent: anywhere. */
export type Within = readonly string[] | undefined;

/** A file that is not read, although it could be. */
export class AccessError extends Error {
  readonly reason: 'outside' | 'kind' | 'size';
  constructor(reason: AccessError['reason'], message: string) {
    super(message);
    this.name = 'AccessError';
    this.reason = reason;
  }
}

/** A pipe without a writer and a terminal must not keep us waiting, nor a terminal become ours. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

const miB = 1024 * 1024;

/** Octets of a file that is read whole, unless its reader wants fewer: no text of Node's holds many more. */
const mostOctets = 500 * miB;

/** A regular file's text. Throws an `AccessError`, for more than `atMost` octets too, or the system's error. */
export function readTextInside(path: string, within: Within, atMost = mostOctets): string {
  const file = openSync(path, flags);
  try {
    refuseLarger(refuse(file, path, within, 'file').size, atMost);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** What a shell hands over: `<(…)`, a here document. It is open already, so nobody has to be waited for to open it. */
const handedOver = /^\/dev\/(?:stdin|fd\/\d+)$|^\/proc\/self\/fd\/\d+$/;

/** The text of a file that arguments name; wherever it lies, unless `within` says otherwise. Throws as `readTextInside` does. */
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

/** Whether a path leads to a regular file inside, or as well to a folder. Throws as reading it would. */
export function lookInside(path: string, within: Within, kind: 'file' | 'file or folder' = 'file'): void {
  const file = openSync(path, flags);
  try {
    refuse(file, path, within, kind);
  } finally {
    closeSync(file);
  }
}

/** A regular file, opened. `links: false`: its last part must not be a symbolic link. */
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

/** The names in a folder. */
export async function namesInside(path: string, within: Within): Promise<readonly string[]> {
  const folder = await open(path, flags | constants.O_DIRECTORY);
  try {
    refuse(folder.fd, path, within, 'folder');
    return await readdir(pathOf(folder.fd) === undefined ? path : `${descriptors}/${folder.fd}`);
  } finally {
    await folder.close();
  }
}

/** Where Linux says what a descriptor stands for. */
const descriptors = '/proc/self/fd';

/** The path of an opened file without symbolic links; none where the system does not tell. */
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

/** Elsewhere than on Linux: the path's, provided that it still leads to the file that was opened. */
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
