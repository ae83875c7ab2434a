import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Sink } from './sink.ts';

/** Milliseconds between two checks for a reader, and for space in the pipe. */
const poll = 50;

export interface PipeOptions {
  readonly columns: number;
  /** In milliseconds. */
  readonly patience: number;
  readonly encoding: 'utf8' | 'latin1';
}

/**
 * A named pipe. Its reader may never come, or may stop reading, so both are awaited for a limited time. A blocking
 * write could not be canceled, and would keep the process from ending.
 */
export async function pipeSink(
  path: string,
  shown: string,
  { columns, patience, encoding }: PipeOptions,
): Promise<Sink> {
  const handle = await openToWrite(path, shown, patience);
  let queue: Promise<void> = Promise.resolve();
  return {
    takesColour: false,
    isTTY: false,
    columns,
    write(text) {
      queue = queue.then(() => writeAll(handle, Buffer.from(text, encoding), shown, patience));
      queue.catch(() => undefined);
      return queue;
    },
    async finish() {
      await queue;
      await handle.close();
    },
    async discard() {
      await handle.close().catch(() => undefined);
    },
  };
}

/** Opening a named pipe would block until there is a reader, which may be forever; so this polls instead. */
function openToWrite(path: string, shown: string, patience: number): Promise<FileHandle> {
  return untilReady('ENXIO', `no program reads the named pipe ${JSON.stringify(shown)}`, patience, () =>
    open(path, constants.O_WRONLY | constants.O_NONBLOCK),
  );
}

async function writeAll(handle: FileHandle, octets: Buffer, shown: string, patience: number): Promise<void> {
  const problem = `no program reads the named pipe ${JSON.stringify(shown)} any more`;
  for (let start = 0; start < octets.length; ) {
    const at = start;
    const { bytesWritten } = await untilReady('EAGAIN', problem, patience, () => handle.write(octets, at));
    start += bytesWritten;
  }
}

/** Tries again while it fails with this code. */
async function untilReady<Value>(
  code: string,
  problem: string,
  patience: number,
  act: () => Promise<Value>,
): Promise<Value> {
  for (let waited = 0; ; waited += poll) {
    try {
      return await act();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== code) throw error;
      if (waited >= patience) throw new Error(problem);
    }
    await new Promise((resolve) => setTimeout(resolve, poll));
  }
}
