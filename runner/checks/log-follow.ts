import type { LogLine } from '../result.ts';
import { type Mark, markOf, readSince } from './log-tail.ts';
import { linesOf } from './log-watch.ts';
import { withReadableTime } from './tai64n.ts';

export interface LogFollower {
  /** Gives what was written by now, and ends. */
  stop(): Promise<void>;
}

/** Milliseconds between two looks: a person does not see a shorter delay. */
const every = 150;
/** The most of a log that is given at once: a busy server's must not drown the dialogue. */
const mostOctets = 64 * 1024;

/** Gives each line that is written to the logs from now on, soon after it is complete. A log that cannot be read gives none. */
export async function followLogs(files: readonly string[], onLine: (line: LogLine) => void): Promise<LogFollower> {
  const marks = new Map<string, Mark>();
  for (const file of files) {
    const mark = await markOf(file).catch(() => undefined);
    if (mark !== undefined) marks.set(file, mark);
  }

  async function look(): Promise<void> {
    for (const [file, mark] of marks) {
      try {
        const next = await markOf(file);
        // Between a rotation's rename and the new file: what its predecessor still got is read with the new one.
        if (next.inode === 0 && mark.inode !== 0) continue;
        const tail = await readSince(mark, mostOctets);
        marks.set(file, next);
        if (tail === undefined) continue;
        const { octets, omitted, rotated } = tail;
        // What was written after the look belongs to the next one.
        const end = rotated || omitted > 0 ? octets.lastIndexOf(0x0a) + 1 : next.size - mark.size;
        for (const text of linesOf(octets.subarray(0, Math.max(0, end))))
          onLine({ file, text: withReadableTime(text) });
      } catch {
        // It was replaced under our eyes: the next look sees the new one.
      }
    }
  }

  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let stopped = false;
  const next = () => {
    timer = setTimeout(() => {
      looking = look().finally(() => {
        if (!stopped) next();
      });
    }, every);
  };
  next();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
      await look();
    },
  };
}
