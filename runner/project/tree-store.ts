import { hash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { packageVersion } from '../package-root.ts';
import { runtime } from './world.ts';

/*
 * The file of packed trees. Its first line identifies the version that wrote it; then, for each tree:
 *
 *   SHA-256 of all that follows, SHA-256 of the file's text, length of the tree, tree
 *
 * It is written as a whole and renamed: if several processes write it, the last one remains, and none reads an
 * incomplete one.
 */

/**
 * The most octets of the file: trees of about 20,000 small scenario files. Reading them all takes a few milliseconds.
 */
export const mostKept = 8 * 1024 * 1024;

const sumLength = 32;
const treeStart = 2 * sumLength + 4;

/** Entries by key, the most recently used first. */
export type Entries = ReadonlyMap<string, Buffer>;

/** Changes with the program, which may parse or pack differently. */
function firstLine(): string {
  return `mailspec ${packageVersion()} ${runtime()}\n`;
}

/** The key of a text, which is different for every text. */
export function keyOf(text: string): string {
  return hash('sha256', text, 'binary');
}

/** Reads the entries; none if there is no file, or another version wrote it. An incomplete end is ignored. */
export function readEntries(path: string): Entries {
  const entries = new Map<string, Buffer>();
  const whole = readIfThere(path);
  const first = Buffer.from(firstLine());
  if (!whole?.subarray(0, first.length).equals(first)) return entries;
  for (let at = first.length; at + treeStart <= whole.length; ) {
    const end = at + treeStart + whole.readUInt32LE(at + treeStart - 4);
    if (end > whole.length) break;
    entries.set(whole.toString('latin1', at + sumLength, at + 2 * sumLength), whole.subarray(at, end));
    at = end;
  }
  return entries;
}

/** The tree of an entry; `undefined` if it was damaged. */
export function treeIn(entry: Buffer): Int32Array | undefined {
  if (sumOf(entry.subarray(sumLength)).compare(entry, 0, sumLength) !== 0) return undefined;
  // A view must begin at a multiple of four.
  const octets = new Uint8Array(entry.subarray(treeStart));
  return new Int32Array(octets.buffer, 0, Math.trunc(octets.length / Int32Array.BYTES_PER_ELEMENT));
}

export function entryOf(key: string, tree: Int32Array): Buffer {
  const entry = Buffer.alloc(treeStart + tree.byteLength);
  entry.write(key, sumLength, 'latin1');
  entry.writeUInt32LE(tree.byteLength, treeStart - 4);
  entry.set(new Uint8Array(tree.buffer, tree.byteOffset, tree.byteLength), treeStart);
  entry.set(sumOf(entry.subarray(sumLength)));
  return entry;
}

/** As many entries as may be kept, in order. */
export function fitting(entries: Entries): Entries {
  const kept = new Map<string, Buffer>();
  let size = firstLine().length;
  for (const [key, entry] of entries) {
    if (size + entry.length > mostKept) continue;
    size += entry.length;
    kept.set(key, entry);
  }
  return kept;
}

/** Writes the entries. If that is impossible (a read-only installation, a full disk), the next process parses again. */
export function writeEntries(path: string, entries: Entries): void {
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const whole = Buffer.concat([Buffer.from(firstLine()), ...entries.values()]);
    writeFileSync(unfinished, whole, { flag: 'wx', mode: 0o600 });
    renameSync(unfinished, path);
  } catch {
    removeIfThere(unfinished);
  }
}

function sumOf(octets: Buffer): Buffer {
  return hash('sha256', octets, 'buffer');
}

function readIfThere(path: string): Buffer | undefined {
  try {
    const { size } = statSync(path);
    return size <= mostKept ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The folder is not writable either.
  }
}
