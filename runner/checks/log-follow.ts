import type { LogLine } from '../result.ts';
import { type Mark, markOf, readSince } from './log-tail.ts';
import { linesOf } from './log-watch.ts';
import { withReadableTime } from './tai64n.ts';

export interface LogFollower {
  /** Reports the lines written so far, and ends. */
  stop(): Promise<void>;
}

/** Milliseconds between two reads: people do not notice a shorter delay. */
const every = 150;
/** The most octets of a log that are reported at once, so that a busy server does not drown the dialogue. */
const mostOctets = 64 * 1024;

/**
 * Reports each line that is written to the logs from now on, soon after it is complete. A log that cannot be read is
 * ignored.
 */
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
        // Between a rotation's rename and the creation of the new file: later writes to the old file are read together
        // with the new one.
        if (next.inode === 0 && mark.inode !== 0) continue;
        const tail = await readSince(mark, mostOctets);
        marks.set(file, next);
        if (tail === undefined) continue;
        const { octets, omitted, rotated } = tail;
        // Lines written after the file was measured belong to the next round.
        const end = rotated || omitted > 0 ? octets.lastIndexOf(0x0a) + 1 : next.size - mark.size;
        for (const text of linesOf(octets.subarray(0, Math.max(0, end))))
          onLine({ file, text: withReadableTime(text) });
      } catch {
        // The file was replaced meanwhile; the next round reads the new one.
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
