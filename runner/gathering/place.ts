import { mkdir, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ArgumentError } from '../diagnostic.ts';
import { systemReason } from '../phrase.ts';
import { fileSink } from '../reporters/sink.ts';
import { type Member, tarOf } from './tar.ts';

/** The destination of a bundle. */
export interface Place {
  write(members: readonly Member[], now: number): Promise<void>;
  /** Removes an unfinished bundle completely. */
  discard(): Promise<void>;
}

const archive = /\.(?:tar\.gz|tgz)$/i;
const otherArchive = /\.(?:tar(?:\.\w+)?|zip|gz|7z|txz|tbz2?)$/i;

/**
 * A folder, or an archive if the name ends with `.tar.gz` or `.tgz`. Opened before the run, so that an unwritable path
 * is reported then.
 */
export async function openPlace(path: string, cwd: string): Promise<Place> {
  if (!archive.test(path) && otherArchive.test(path))
    throw new ArgumentError(`Cannot gather into "${path}"`, 'Give a name that ends with ".tar.gz", or a folder');
  try {
    return await (archive.test(path) ? openArchive(path, cwd) : openFolder(path, cwd));
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    throw new ArgumentError(
      `Cannot gather into "${path}": ${systemReason(error)}`,
      'Give a place that may be written to',
    );
  }
}

async function openArchive(path: string, cwd: string): Promise<Place> {
  const sink = await fileSink(resolve(cwd, path), path, { encoding: 'latin1' });
  return {
    async write(members, now) {
      const folder = basename(path).replace(archive, '');
      await sink.write(gzipSync(tarOf(asciiName(folder), members, now)).toString('latin1'));
      await sink.finish();
    },
    discard: sink.discard,
  };
}

/** A folder in an archive: short, and valid on every system. */
function asciiName(name: string): string {
  return name.replace(/[^\w.-]+/g, '-').slice(0, 30) || 'mailspec';
}

async function openFolder(path: string, cwd: string): Promise<Place> {
  const folder = resolve(cwd, path);
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0)
    throw new ArgumentError(
      `Cannot gather into "${path}": the folder is not empty`,
      'Give a new folder, so that files of an earlier run are not mistaken for those of this one',
    );
  return {
    async write(members) {
      for (const { name, text } of members) {
        const sink = await fileSink(join(folder, name));
        await sink.write(text);
        await sink.finish();
      }
    },
    discard: async () => {},
  };
}
