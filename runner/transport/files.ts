import { readFile } from 'node:fs/promises';

/** Files that many connections or messages need, by path: read once a run. */
const contents = new Map<string, Promise<Buffer>>();

/** The file's octets. Rejects with the system's error; the next call then tries again. */
export function readOnce(path: string): Promise<Buffer> {
  let content = contents.get(path);
  if (content === undefined) {
    content = readFile(path);
    contents.set(path, content);
    content.catch(() => contents.delete(path));
  }
  return content;
}
