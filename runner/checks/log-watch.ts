import { open, stat } from 'node:fs/promises';
import type { LogLine } from '../result.ts';

/** Where each log stood when a scenario began. */
export type LogMarks = readonly { readonly file: string; readonly inode: number; readonly size: number }[];

export interface LogWatch {
  mark(): Promise<LogMarks>;
  /** The lines written since, once the log has been quiet for a moment: servers write after they answer. */
  since(marks: LogMarks): Promise<readonly LogLine[]>;
}

/** The most of a log that one scenario keeps, in octets and lines: a busy server's log must not drown the report. */
const mostOctets = 256 * 1024;
const mostLines = 200;
/** A log is quiet when it has not grown for this long, in ms; it is waited for no longer than `longestWait`. */
const quietFor = 100;
const longestWait = 1000;

export function watchLogs(files: readonly string[]): LogWatch {
  return {
    mark: () => Promise.all(files.map(markOf)),
    async since(marks) {
      if (marks.length === 0) return [];
      await untilQuiet(files);
      const lines = await Promise.all(marks.map(readSince));
      return lines.flat();
    },
  };
}

async function markOf(file: string): Promise<LogMarks[number]> {
  try {
    const { ino, size } = await stat(file);
    return { file, inode: ino, size };
  } catch {
    return { file, inode: 0, size: 0 }; // A log that does not exist yet begins at 0.
  }
}

async function untilQuiet(files: readonly string[]): Promise<void> {
  let before = await sizes(files);
  for (let waited = 0; waited < longestWait; waited += quietFor) {
    await new Promise((resolve) => setTimeout(resolve, quietFor));
    const now = await sizes(files);
    if (now === before) return;
    before = now;
  }
}

async function sizes(files: readonly string[]): Promise<string> {
  return (await Promise.all(files.map(markOf))).map((mark) => `${mark.inode}:${mark.size}`).join();
}

async function readSince({ file, inode, size }: LogMarks[number]): Promise<LogLine[]> {
  let handle: Awaited<ReturnType<typeof open>> | undefined;
  try {
    handle = await open(file);
    const now = await handle.stat();
    // Rotated or truncated meanwhile: all of the new file is new.
    const start = now.ino === inode && now.size >= size ? size : 0;
    const length = Math.min(now.size - start, mostOctets);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, start);
    const lines = buffer.subarray(0, bytesRead).toString().split('\n');
    if (lines.at(-1) === '') lines.pop();
    const left = lines.length - mostLines;
    const shown = lines.slice(0, mostLines).map((text) => ({ file, text: text.replace(/\r$/, '') }));
    return left > 0 ? [...shown, { file, text: `… ${left} more lines` }] : shown;
  } catch {
    return []; // No log is no reason to lose the failure that it would explain.
  } finally {
    await handle?.close();
  }
}
