import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { packageRoot } from '../package-root.ts';
import { forget, heed } from '../transport/abort.ts';
import type { Fields } from '../value.ts';
import { CheckError } from './check.ts';
import { limits } from './limits.ts';
import type { Keys } from './signature-keys.ts';

/** Tasks for a separate thread: libraries whose time and memory depend on a document that may be hostile. */
export type Task =
  | { readonly kind: 'xml'; readonly text: string; readonly expressions: readonly string[] }
  | { readonly kind: 'message'; readonly octets: Uint8Array }
  | { readonly kind: 'signatures'; readonly octets: Uint8Array; readonly keys: Keys };

/** The thread's answer. */
export type Answer =
  | { readonly fields: Fields }
  | { readonly code: CheckError['code']; readonly message: string; readonly hint: string | undefined }
  | { readonly fault: unknown };

/** The subject of the message about a document that exceeds the limits. */
const subjects: Readonly<Record<Task['kind'], string>> = {
  xml: 'the XML document',
  message: 'the message',
  signatures: 'the message with its signatures',
};

/** The limits of a task; tests use lower ones. */
interface Bounds {
  /** In milliseconds. */
  readonly time: number;
  /** In octets. */
  readonly memory: number;
}

const shipped: Bounds = { time: limits.asideTime, memory: limits.asideMemory };

interface Job {
  readonly task: Task;
  readonly signal: AbortSignal;
  readonly bounds: Bounds;
  resolve(fields: Fields): void;
  reject(reason: unknown): void;
}

/** Idle threads with the default memory limit. They do not keep the process alive. */
const idle: Worker[] = [];
/** Jobs that wait for a thread. */
const waiting: Job[] = [];
let busy = 0;

/**
 * Does a task in a separate thread, which is stopped if it takes too much time or memory, or when the signal aborts.
 * Throws a `CheckError`, `protocol.limit`, for a document beyond the limits; otherwise, what the task throws.
 */
export function aside(task: Task, signal: AbortSignal, less: Partial<Bounds> = {}): Promise<Fields> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    waiting.push({ task, signal, bounds: { ...shipped, ...less }, resolve, reject });
    void next();
  });
}

async function next(): Promise<void> {
  if (busy >= limits.asideThreads) return;
  const job = waiting.shift();
  if (job === undefined) return;
  busy++;
  try {
    job.resolve(await done(job, await threadFor(job.bounds)));
  } catch (error) {
    job.reject(error);
  } finally {
    busy--;
    void next();
  }
}

/** Starting the first thread takes about 50 ms, and most runs need none. */
async function threadFor({ memory }: Bounds): Promise<Worker> {
  const ready = memory === shipped.memory ? idle.pop() : undefined;
  if (ready !== undefined) return ready;
  const { Worker: Thread } = await import('node:worker_threads');
  return new Thread(join(packageRoot(), 'dist', 'aside.cjs'), {
    resourceLimits: { maxOldGenerationSizeMb: memory / 1024 / 1024 },
    // Its output would be mixed with reports.
    stdout: true,
    stderr: true,
  });
}

function done({ task, signal, bounds: { time, memory } }: Job, thread: Worker): Promise<Fields> {
  return new Promise((resolve, reject) => {
    const end = (keep: boolean, settle: () => void): void => {
      clearTimeout(timer);
      forget(signal, stop);
      thread.off('error', failed).off('exit', ended).off('message', answered);
      if (keep && memory === shipped.memory) {
        thread.unref();
        idle.push(thread);
      } else {
        // It may still emit the error that ended it.
        thread.on('error', () => {});
        void thread.terminate();
      }
      settle();
    };
    const refuse = (what: string) =>
      end(false, () =>
        reject(new CheckError('protocol.limit', `${subjects[task.kind]} takes more than ${what} to read`)),
      );
    const stop = () => end(false, () => reject(signal.reason));
    const ended = (status: number) => end(false, () => reject(new Error(`The thread ended with ${status}`)));
    const failed = (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') refuse(`${memory / 1024 / 1024} MiB of memory`);
      else end(false, () => reject(error));
    };
    const answered = (answer: Answer) =>
      end(true, () => {
        if ('fields' in answer) resolve(answer.fields);
        else if ('fault' in answer) reject(answer.fault);
        else
          reject(new CheckError(answer.code, answer.message, answer.hint === undefined ? {} : { hint: answer.hint }));
      });
    const timer = setTimeout(() => refuse(`${time / 1000} s`), time);
    heed(signal, stop);
    thread.on('error', failed).on('exit', ended).on('message', answered);
    thread.ref();
    thread.postMessage(task);
  });
}
