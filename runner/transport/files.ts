import { readFile } from 'node:fs/promises';

/** Files that many connections or messages of a run need. The next run has a cache of its own and sees what has changed. */
export interface FileCache {
  /** The file's octets, read once. Rejects with the system's error; the next call then tries again. */
  read(path: string): Promise<Buffer>;
}

export function createFileCache(): FileCache {
  const contents = new Map<string, Promise<Buffer>>();
  return {
    read(path) {
      let content = contents.get(path);
      if (content === undefined) {
        content = readFile(path);
        contents.set(path, content);
        content.catch(() => contents.delete(path));
      }
      return content;
    },
  };
}
