import { readInside } from '../access/open.ts';
import type { ReadableFiles } from '../readable.ts';

/** Files that many connections or messages of a run need. The next run has a cache of its own and sees what has changed. */
export interface FileCache {
  /**
   * The file's octets, read once. Rejects with an `AccessError` or the system's error; the next call then tries again.
   * `within`: where it must lie, for a path that only the run knows: of what the configuration names it is none.
   */
  read(path: string, within?: readonly string[]): Promise<Buffer>;
}

/** `readable`: absent where any file may be read. */
export function createFileCache(readable?: ReadableFiles): FileCache {
  const trusted = new Set(readable?.trusted);
  const contents = new Map<string, Promise<Buffer>>();
  return {
    read(path, within) {
      const key = within === undefined ? path : `${path}\0`;
      let content = contents.get(key);
      if (content === undefined) {
        content = readInside(path, within ?? (trusted.has(path) ? undefined : readable?.within));
        contents.set(key, content);
        content.catch(() => contents.delete(key));
      }
      return content;
    },
  };
}
