import { decodeText } from '../encoding.ts';
import { messageOf } from '../phrase.ts';
import type { LogLine } from '../result.ts';
import { ownLines, type Traces, tellsOfCrash } from './log-owner.ts';
import { type Mark, markOf, readBefore, readSince } from './log-tail.ts';
import { withReadableTime } from './tai64n.ts';

/** The state of each log when a scenario began. */
export type LogMarks = readonly Mark[];

export interface LogWatch {
  mark(): Promise<LogMarks>;
  /** The lines written since then, read once the log has been quiet for a moment: servers log after they reply. */
  since(marks: LogMarks, traces: Traces): Promise<readonly LogLine[]>;
}

/** The most octets and lines of a log that one scenario keeps, so that a busy server does not drown the report. */
const mostOctets = 256 * 1024;
const mostLines = 200;
/**
 * How long a log must not have grown to count as quiet, in ms. The wait ends after `longestWait`: other scenarios add
 * lines all the time, among which the scenario's own would be lost.
 */
const quietFor = 100;
const longestWait = 300;

export function watchLogs(files: readonly string[]): LogWatch {
  return {
    mark: () => Promise.all(files.map(markOrNone)),
    async since(marks, traces) {
      if (marks.length === 0) return [];
      await untilQuiet(files);
      const lines = await Promise.all(marks.map((mark) => linesSince(mark, traces)));
      return lines.flat();
    },
  };
}

/** A log that cannot be read does not prevent the run; it has no lines. */
async function markOrNone(file: string): Promise<Mark> {
  return markOf(file).catch(() => ({ file, inode: 0, size: 0, before: Buffer.alloc(0) }));
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
  return (await Promise.all(files.map(markOrNone))).map((mark) => `${mark.inode}:${mark.size}`).join();
}

async function linesSince(mark: Mark, traces: Traces): Promise<readonly LogLine[]> {
  try {
    const tail = await readSince(mark, mostOctets);
    if (tail === undefined) return [{ file: mark.file, text: '… there is no such file' }];
    const texts = linesOf(tail.octets);
    const own = new Set(ownLines(texts, traces));
    const during = texts.map((text): Shown => (own.has(text) ? { text, whose: 'own' } : { text }));
    if (own.size > 0)
      return shownOf(
        mark.file,
        during.filter(({ text, whose }) => whose === 'own' || tellsOfCrash(text)),
      );
    if (during.length > 0) return shownOf(mark.file, during);
    const before = linesOf(await readBefore(mark, octetsBefore)).slice(-linesBefore);
    const last = before.length > 0 ? before : ['… it is empty'];
    return shownOf(
      mark.file,
      last.map((text) => ({ text, whose: 'before' })),
    );
  } catch (error) {
    // A log that cannot be read must not hide the failure that it would explain.
    return [{ file: mark.file, text: `… it cannot be read: ${messageOf(error)}` }];
  }
}

/** Enough to see what happened last. */
const octetsBefore = 4096;
const linesBefore = 5;

/** A line without its file. */
type Shown = Omit<LogLine, 'file'>;

function shownOf(file: string, all: readonly Shown[]): readonly LogLine[] {
  const left = all.length - mostLines;
  // The last lines are closest to what went wrong.
  const lines = all.slice(-mostLines).map((line) => ({ ...line, file, text: withReadableTime(line.text) }));
  return left > 0 ? [{ ...all[0], file, text: `… ${left} lines before` }, ...lines] : lines;
}

/** All lines, including an incomplete last one. Each is decoded as UTF-8 if it is valid, else as Latin-1. */
export function linesOf(octets: Buffer): readonly string[] {
  const lines: string[] = [];
  for (let start = 0; start < octets.length; ) {
    const end = octets.indexOf(0x0a, start);
    const line = octets.subarray(start, end < 0 ? octets.length : end);
    lines.push(decodeText(line).replace(/\r$/, ''));
    start = end < 0 ? octets.length : end + 1;
  }
  return lines;
}
