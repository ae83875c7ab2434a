import { uptime } from 'node:os';
import type { LogStart } from '../steps.ts';
import { CheckError } from './check.ts';
import { timeOfLine } from './log-time.ts';

/** What choosing lines needs of the running scenario. */
export interface LogReading {
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
  /** Whether a line meets the pattern. */
  readonly meets: (line: string) => boolean;
}

/** The lines from there on. Throws a `CheckError` where none has a time that could be compared, or none meets the pattern. */
export function linesFrom(lines: readonly string[], from: LogStart, { wall, meets }: LogReading): readonly string[] {
  if (from === 'beginning') return lines;
  if (typeof from === 'object' && 'line' in from) {
    const at = lines.findLastIndex(meets);
    if (at !== -1) return lines.slice(at);
    throw new CheckError('check.mismatch', 'no line of the log meets the pattern under "since"');
  }
  const now = wall();
  const start = from === 'boot' ? now - uptime() * 1000 : now - from.ago;
  const times = lines.map((line) => timeOfLine(line, now));
  if (lines.length > 0 && times.every((time) => time === undefined))
    throw new CheckError('input.value', 'Cannot tell when the lines of the log were written: none begins with a time', {
      hint: 'Write "since: /pattern/" with a line to begin at, or "all: true"',
    });
  // Seconds are what most logs know.
  const first = times.findIndex((time) => time !== undefined && time >= Math.floor(start / 1000) * 1000);
  return first === -1 ? [] : lines.slice(first);
}
