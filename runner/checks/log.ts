import { AccessError } from '../access/open.ts';
import { many } from '../phrase.ts';
import { CheckError, type Seen } from './check.ts';
import { startOfLast } from './last-lines.ts';
import { limits } from './limits.ts';
import { linesFrom } from './log-start.ts';
import { type Mark, readSince, type Tail } from './log-tail.ts';
import { linesOf } from './log-watch.ts';
import { shownLine } from './shown.ts';
import type { CheckOf } from './step.ts';
import { withReadableTime } from './tai64n.ts';

export interface LogInput {
  /** The state of the file when the scenario began. */
  readonly mark: Mark;
  /** Chooses lines of the whole log. Absent: those since the mark. */
  readonly choose?: (lines: readonly string[]) => readonly string[];
  /** Lines that the expectation is about, which the transcript shows first. */
  readonly concerns?: (line: string) => boolean;
  /** Words of the expectation: if it is about none of the lines, those with the most words are the closest. */
  readonly words?: readonly string[];
}

/**
 * The lines that were added to a log since the scenario began, also across a rotation; TAI64N labels are made readable.
 * Throws a `CheckError`: `check.mismatch` if there is no such file (yet), `input.value` if it cannot be read.
 */
export async function checkLog({ mark, choose, concerns, words = [] }: LogInput): Promise<Seen> {
  const tail = await readTail(choose === undefined ? mark : { ...mark, inode: 0, size: 0 });
  if (tail === undefined) {
    throw new CheckError('check.mismatch', `there is no log "${mark.file}"`, {
      hint: 'Look in the server\'s configuration for where it logs; with "eventually", a file may appear later',
    });
  }
  const start = startOfLast(tail.octets, limits.logLines);
  const omitted = tail.omitted + start;
  const read = linesOf(tail.octets.subarray(start)).map(withReadableTime);
  const lines = choose === undefined ? read : choose(read);
  return {
    evidence: { lines },
    transcript: [
      `${many(lines.length, choose === undefined ? 'new line' : 'line')} in ${mark.file}${tail.rotated ? ', which was rotated meanwhile' : ''}`,
      ...(omitted > 0 ? [`… ${omitted} octets before these left out`] : []),
      ...excerpt(lines, concerns, words),
    ],
    text: lines.join('\n'),
  };
}

async function readTail(mark: Mark): Promise<Tail | undefined> {
  try {
    return await readSince(mark, limits.log);
  } catch (cause) {
    throw unreadable(mark.file, cause);
  }
}

const whyNot: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EISDIR: 'it is a folder',
  ENXIO: 'it is not a file',
};

export function unreadable(path: string, cause: unknown): CheckError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const why = (code !== undefined && whyNot[code]) || message;
  return new CheckError('input.value', `Cannot read "${path}": ${why}`, {
    cause,
    ...(cause instanceof AccessError &&
      cause.reason === 'outside' && { hint: 'List its folder under "allow: { files: […] }" of the configuration' }),
  });
}

/** All lines if there are few; else those that the expectation is about; else the closest and the last ones. */
function excerpt(
  lines: readonly string[],
  concerns: ((line: string) => boolean) | undefined,
  words: readonly string[],
): Seen['transcript'] {
  const most = limits.shownLines;
  if (lines.length <= most) return lines.map((line) => shownLine(line));
  const chosen = concerns === undefined ? [] : lines.filter(concerns);
  const shown = (chosen.length > 0 ? chosen : lines).slice(-most);
  const near = chosen.length > 0 ? [] : nearestLines(lines, words);
  return [
    ...near.map((line) => shownLine(line, 'nearest: ')),
    `… ${many(lines.length - shown.length, 'line')} not shown`,
    ...shown.map((line) => shownLine(line)),
  ];
}

/** The most close lines that are shown: more would not be close. */
const mostNearest = 3;

/** A whole word counts twice as much as part of another word. */
function nearness(text: string, word: string): number {
  const at = text.indexOf(word);
  if (at < 0) return 0;
  const around = `${text[at - 1] ?? ''}${text[at + word.length] ?? ''}`;
  return /[\p{L}\p{N}]/u.test(around) ? 1 : 2;
}

function nearestLines(lines: readonly string[], words: readonly string[]): readonly string[] {
  const wanted = words.map((word) => word.toLowerCase());
  let most = 0;
  let nearest: string[] = [];
  for (const line of lines) {
    const text = line.toLowerCase();
    const share = wanted.reduce((sum, word) => sum + nearness(text, word), 0);
    if (share > most) [most, nearest] = [share, []];
    if (share === most && share > 0) nearest.push(line);
  }
  return nearest.slice(-mostNearest);
}

export const log: CheckOf<'log'> = async ({ log: watched, from }, { marks, wants, wall, meets }) => {
  const pattern = typeof from === 'object' && 'line' in from ? from.line : undefined;
  const reading = { wall, meets: (line: string) => pattern !== undefined && meets(pattern, line) };
  return checkLog({
    mark: await marks.log(watched),
    concerns: wants.concerns,
    words: wants.words('lines'),
    ...(from !== undefined && { choose: (lines) => linesFrom(lines, from, reading) }),
  });
};
