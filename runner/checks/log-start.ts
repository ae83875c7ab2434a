import { uptime } from 'node:os';
import type { LogStart } from '../steps.ts';
import { CheckError } from './check.ts';
import { timeOfLine } from './log-time.ts';

/** What is needed of the running scenario to choose lines. */
export interface LogReading {
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
  /** Whether a line matches the pattern. */
  readonly meets: (line: string) => boolean;
}

/**
 * The lines from `from` on. Throws a `CheckError` if no line has a time that can be compared, or none matches the
 * pattern.
 */
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
  // Most logs have whole seconds only.
  const first = times.findIndex((time) => time !== undefined && time >= Math.floor(start / 1000) * 1000);
  return first === -1 ? [] : lines.slice(first);
}
