import { join } from 'node:path';
import { packTree } from '../scenario/pack-tree.ts';
import { type Parse, parse as parseText } from '../scenario/plan.ts';
import type { Node } from '../scenario/tree.ts';
import { unpackTree } from '../scenario/unpack-tree.ts';
import type { SourceFile } from '../source.ts';
import { entryOf, fitting, keyOf, readEntries, treeIn, writeEntries } from './tree-store.ts';

/** Parses what it does not know: half of planning is the YAML parser. */
export interface TreeCache {
  readonly parse: Parse;
  /** Keeps what was parsed for the next process. */
  keep(): void;
}

/** Characters that are parsed sooner than the file of trees is read, or written. */
const worthwhile = 32 * 1024;

/**
 * The trees that earlier processes kept in a folder; `undefined` where the files are so small that it doesn't pay. Only
 * what has no error is kept, by the whole text, and as places in it: nothing that the files say is in the cache.
 */
export function openTreeCache(
  folder: string,
  files: readonly SourceFile[],
  parse: Parse = parseText,
): TreeCache | undefined {
  if (files.reduce((length, { text }) => length + text.length, 0) < worthwhile) return undefined;
  const path = join(folder, 'trees');
  const earlier = readEntries(path);
  const used = new Map<string, Buffer>();
  const fresh = new Map<string, Buffer>();
  let parsed = 0;
  return {
    parse(file) {
      const key = keyOf(file.text);
      const entry = earlier.get(key);
      const known = entry && treeOf(file, entry);
      if (entry !== undefined && known !== undefined) {
        used.set(key, entry);
        return { root: known, diagnostics: [] };
      }
      const found = parse(file);
      const packed = found.root && found.diagnostics.length === 0 ? packTree(found.root) : undefined;
      if (packed !== undefined) {
        fresh.set(key, entryOf(key, packed));
        parsed += file.text.length;
      }
      return found;
    },
    keep() {
      if (parsed < worthwhile) return;
      // What is used before what is new: of files that do not all fit, the same ones are kept each time.
      const kept = fitting(new Map([...used, ...fresh, ...without(earlier, fresh)]));
      if ([...fresh.keys()].some((key) => kept.has(key))) writeEntries(path, kept);
    },
  };
}

function treeOf(file: SourceFile, entry: Buffer): Node | undefined {
  try {
    const packed = treeIn(entry);
    return packed && unpackTree(file, packed);
  } catch {
    return undefined;
  }
}

/** Of two with one key, a map has the last. */
function without(earlier: ReadonlyMap<string, Buffer>, fresh: ReadonlyMap<string, Buffer>) {
  return [...earlier].filter(([key]) => !fresh.has(key));
}
