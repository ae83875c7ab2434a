import { rmSync } from 'node:fs';
import { appendFile, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { atExit } from '../at-exit.ts';
import type { Reporter, RunEvent } from '../run-event.ts';
import { besideOf, numbered, putNew } from './new-file.ts';
import { pipeSink } from './pipe-sink.ts';
import type { Output } from './reporter.ts';

/** An output that can be finished. */
export interface Sink extends Output {
  /** Whether it may be colored: a file is read by programs and editors, so it never is. */
  readonly takesColour: boolean;
  /** Resolves when everything is written to its destination. */
  finish(): Promise<void>;
  /** Removes an incomplete report completely. */
  discard(): Promise<void>;
}

/** Characters to collect before writing to a file. */
const writeAt = 64 * 1024;
/** Milliseconds that the reader of a named pipe has to open it, and to read. */
const readerLimit = 5000;
/** The width if the terminal does not report it. */
const usualColumns = 80;

/** Streams whose last line is unfinished: several reporters may use the same one. */
const midLine = new WeakSet<Writable>();

/** A terminal, or a pipe to another program. */
export function streamSink(stream: Writable & { readonly isTTY?: boolean; readonly columns?: number }): Sink {
  let broken: NodeJS.ErrnoException | undefined;
  stream.on('error', (error) => {
    broken ??= error;
  });
  const written = (text: string) =>
    new Promise<void>((resolve, reject) => {
      stream.write(text, (error) => (error && !isGone(error) ? reject(error) : resolve()));
    });
  return {
    takesColour: true,
    get isMidLine() {
      return midLine.has(stream);
    },
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns ?? usualColumns;
    },
    write(text) {
      if (broken && isGone(broken)) return;
      if (broken) throw broken;
      if (text.endsWith('\n')) midLine.delete(stream);
      else if (text !== '') midLine.add(stream);
      if (stream.writableNeedDrain) return written(text);
      stream.write(text);
      return;
    },
    finish: async () => (broken ? undefined : written('')),
    discard: async () => {},
  };
}

/** A reader that has seen enough (`| head`) is not a failure. */
function isGone(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED';
}

export interface FileOptions {
  /** How long to wait for the reader of a named pipe, in milliseconds. */
  readonly patience?: number;
  /** Keeps an earlier report until this one is complete. */
  readonly keepsEarlier?: boolean;
  /** `latin1` if its characters are octets. */
  readonly encoding?: 'utf8' | 'latin1';
}

/**
 * A file that is either complete at the end or does not exist: written next to its destination under another name, then
 * renamed. An earlier run's report is removed first, unless it is kept until then, so that it cannot be mistaken for
 * this one. Folders are created. Anything other than a regular file (`/dev/stderr`, a named pipe) is written to
 * directly.
 */
export async function fileSink(
  path: string,
  shown = path,
  { patience = readerLimit, keepsEarlier = false, encoding = 'utf8' }: FileOptions = {},
): Promise<Sink> {
  await mkdir(dirname(path), { recursive: true });
  const existing = await stat(path).catch(ifMissing);
  const isFile = existing === undefined || existing.isFile();
  if (existing?.isFIFO()) return pipeSink(path, shown, { columns: usualColumns, patience, encoding });
  if (existing?.isDirectory()) throw new Error(`Cannot write ${JSON.stringify(shown)}: it is a folder`);
  // A symbolic link is kept; its target is replaced.
  const target = existing && isFile ? await realpath(path) : path;
  const place = isFile ? besideOf(target) : target;
  const handle = await open(place, isFile ? 'wx' : 'w');
  const forget = isFile ? atExit(() => rmSync(place, { force: true })) : () => {};
  if (existing && isFile && !keepsEarlier) await rm(target, { force: true });
  let waiting: string[] = [];
  let size = 0;
  const flush = async () => {
    const text = waiting.join('');
    waiting = [];
    size = 0;
    await handle.writeFile(text, encoding);
  };
  return {
    takesColour: false,
    isTTY: false,
    columns: usualColumns,
    write(text) {
      waiting.push(text);
      size += text.length;
      return size >= writeAt ? flush() : undefined;
    },
    async finish() {
      await flush();
      await handle.close();
      if (isFile) await putInPlace(place, target, { shown, keepsEarlier });
      forget();
    },
    async discard() {
      await handle.close().catch(() => {});
      if (isFile) await rm(place, { force: true });
      forget();
    },
  };
}

/** @throws an error that says where the report is, if another run has written one of this name meanwhile */
async function putInPlace(
  place: string,
  target: string,
  { shown, keepsEarlier }: { readonly shown: string; readonly keepsEarlier: boolean },
): Promise<void> {
  if (keepsEarlier) return rename(place, target);
  for (let number = 1; ; number++) {
    if (!(await putNew(place, numbered(target, number)))) continue;
    if (number === 1) return;
    const [file, own] = [shown, numbered(shown, number)].map((name) => JSON.stringify(name));
    throw new Error(`another run has written ${file} meanwhile, so this run's report is ${own}`);
  }
}

/** The canonical path of the file that a path leads to, whether or not it exists. */
export async function fileAt(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return dirname(path) === path ? path : join(await fileAt(dirname(path)), basename(path));
  }
}

/** A file that others write to as well: appended to once everything is there. */
export function appendSink(path: string): Sink {
  const waiting: string[] = [];
  return {
    takesColour: false,
    isTTY: false,
    columns: usualColumns,
    write(text) {
      waiting.push(text);
    },
    finish: () => appendFile(path, waiting.splice(0).join('')),
    async discard() {
      waiting.length = 0;
    },
  };
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** Wraps a reporter: its outputs are finished with the run, or discarded if the reporter fails. */
export function withSink(reporter: Reporter, ...sinks: readonly Sink[]): Reporter {
  const discard = async (error: unknown): Promise<never> => {
    for (const sink of sinks) await sink.discard();
    throw error;
  };
  const finish = async (event: RunEvent): Promise<void> => {
    await reporter.report(event);
    for (const sink of sinks) await sink.finish();
  };
  return {
    ...reporter,
    report(event) {
      if (event.type === 'end') return finish(event).catch(discard);
      try {
        return reporter.report(event)?.catch(discard);
      } catch (error) {
        return discard(error);
      }
    },
  };
}
