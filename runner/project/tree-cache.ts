import { join } from 'node:path';
import { packTree } from '../scenario/pack-tree.ts';
import { type Parse, parse as parseText } from '../scenario/plan.ts';
import type { Node } from '../scenario/tree.ts';
import { unpackTree } from '../scenario/unpack-tree.ts';
import type { SourceFile } from '../source.ts';
import { entryOf, fitting, keyOf, readEntries, treeIn, writeEntries } from './tree-store.ts';

/** Keeps parsed trees, since YAML parsing is half of planning. */
export interface TreeCache {
  readonly parse: Parse;
  /** Saves parsed trees for the next process. */
  keep(): void;
}

/** The number of characters below which parsing is faster than reading or writing the cache. */
const worthwhile = 32 * 1024;

/**
 * Opens the trees that earlier processes stored in a folder; `undefined` if the files are too small for the cache to
 * pay off. Only trees without errors are stored, by the whole text and as places in it, so that the cache contains
 * nothing of the files' content.
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
      // Used entries come before new ones: if not all files fit, the same ones are kept each time.
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

/** If a key occurs twice, a map keeps the later entry. */
function without(earlier: ReadonlyMap<string, Buffer>, fresh: ReadonlyMap<string, Buffer>) {
  return [...earlier].filter(([key]) => !fresh.has(key));
}
