import { AccessError, namesInside, readInside, type Within } from '../access/open.ts';
import type { ReadableFiles } from '../readable.ts';
import { limits } from './limits.ts';

/** Files that many connections or messages of a run need. Each run has its own cache, and so sees changes. */
export interface FileCache {
  /**
   * The octets of a file, read once. Rejects with an `AccessError` or the system's error; the next call then tries
   * again. `within`: folders that the file must be in, for a path known only at run time; absent for files that the
   * configuration names.
   */
  read(path: string, within?: readonly string[]): Promise<Buffer>;
  /** The same for a PEM file, or the certificates of all files in a folder. */
  readCertificates(path: string): Promise<Buffer>;
}

/** `readable`: absent if any file may be read. */
export function createFileCache(readable?: ReadableFiles): FileCache {
  const trusted = new Set(readable?.trusted);
  const contents = new Map<string, Promise<Buffer>>();
  const once = (key: string, read: () => Promise<Buffer>): Promise<Buffer> => {
    let content = contents.get(key);
    if (content === undefined) {
      content = read();
      contents.set(key, content);
      content.catch(() => contents.delete(key));
    }
    return content;
  };
  const foldersFor = (path: string): Within => (trusted.has(path) ? undefined : readable?.within);
  return {
    read: (path, within) =>
      once(within === undefined ? path : `${path}\0`, () => readInside(path, within ?? foldersFor(path))),
    readCertificates: (path) => once(`${path}\0certificates`, () => readCertificates(path, foldersFor(path))),
  };
}

async function readCertificates(path: string, within: Within): Promise<Buffer> {
  try {
    return await readInside(path, within);
  } catch (error) {
    if (!(error instanceof AccessError) || error.reason !== 'kind') throw error;
  }
  const found = new Set<string>();
  const names = [...(await namesInside(path, within))].sort();
  if (names.length > limits.folderFiles)
    throw new Error(`a folder of certificates may have ${limits.folderFiles} files`);
  for (const name of names)
    for (const certificate of pemCertificates(await readEntry(`${path}/${name}`, within))) found.add(certificate);
  if (found.size === 0) throw new Error('no file of this folder has a certificate in PEM');
  return Buffer.from([...found].join('\n'));
}

export function pemCertificates(text: string): readonly string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

/** A file in a folder. Folders and dangling links have no content: `c_rehash` leaves some of these. */
async function readEntry(path: string, within: Within): Promise<string> {
  try {
    return (await readInside(path, within)).toString('latin1');
  } catch (error) {
    if (error instanceof AccessError && error.reason === 'kind') return '';
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
