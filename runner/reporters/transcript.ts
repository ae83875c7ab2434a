import { many } from '../phrase.ts';
import type { LogLine, Problem, TranscriptLine } from '../result.ts';
import { visible } from '../visible.ts';
import { withDecoded } from '../words/decoded.ts';
import { lineWords } from '../words/problem.ts';
import { shortened } from '../words/text.ts';
import type { Paint } from './colour.ts';
import { elide } from './elide.ts';

/** The most characters shown of a line in a failure; JUnit and JSON reports have all of it. */
const longestLine = 300;
/** The lines at the beginning of a dialogue that are always shown: the connection and the greeting. */
const openingLines = 2;

const sides: Readonly<Record<TranscriptLine['from'], string>> = { client: 'C', server: 'S', note: '*' };

/** `+12.1ms`, `+3.25s`: milliseconds since the scenario began. */
export function elapsed(ms: number): string {
  return ms < 10_000 ? `+${ms.toFixed(1)}ms` : `+${(ms / 1000).toFixed(2)}s`;
}

/** One line for each transcript line: time, connection if it has a name, side, text. */
function transcriptLines(lines: readonly TranscriptLine[], limit = Number.POSITIVE_INFINITY): string[] {
  const name = longest(lines.map((line) => visible(line.connection)));
  const time = longest(lines.map((line) => elapsed(line.at)));
  return withDecoded(lines).map(({ line, decoded }) =>
    [
      elapsed(line.at).padStart(time),
      ...(name === 0 ? [] : [visible(line.connection).padEnd(name)]),
      sides[line.from],
      shortened(visible(lineWords(line)), limit),
      ...(decoded === undefined ? [] : [`  (${shortened(decoded, limit)})`]),
    ]
      .join(' ')
      .trimEnd(),
  );
}

function longest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, text.length), 0);
}

/**
 * The transcript up to the problem, whose line is last (marked `x`): the beginning, and what led there.
 * @param limit the most lines
 */
export function transcriptExcerpt(
  lines: readonly TranscriptLine[],
  problem: Problem,
  limit: number,
  paint: Paint,
): string[] {
  const before = lines.filter((line) => line.at <= problem.at);
  if (before.length === 0) return [];
  const shown = elide(before, limit, openingLines);
  const marked = transcriptLines([...shown.first, ...shown.last], longestLine).map((line, at, all) =>
    at === all.length - 1 ? paint('red', `x ${line}`) : `  ${line}`,
  );
  if (shown.left > 0) marked.splice(shown.first.length, 0, paint('dim', `  … ${many(shown.left, 'line')}`));
  const count =
    shown.left === 0 ? many(before.length, 'line') : `${before.length - shown.left} of ${before.length} lines`;
  return [`transcript (${count}, times from the scenario's start)`, ...marked.map((line) => `  ${line}`)];
}

/** The whole transcript. */
export function dialogueLines(lines: readonly TranscriptLine[]): string[] {
  return transcriptLines(lines, longestLine).map((line) => `  ${line}`);
}

/** The last lines of the server's log, with the file's name where it changes. */
export function logExcerpt(lines: readonly LogLine[], limit: number, paint: Paint): string[] {
  if (lines.length === 0) return [];
  const shown = elide(lines, limit, 0);
  const last = shown.left === 0 ? shown.first : shown.last;
  const count = shown.left === 0 ? many(lines.length, 'line') : `last ${last.length} of ${lines.length} lines`;
  const out = [`server log (${count}${whoseWords(lines)})`];
  if (shown.left > 0) out.push(paint('dim', `    … ${many(shown.left, 'line')} before`));
  let file: string | undefined;
  for (const line of last) {
    if (line.file !== file) out.push(`  ${paint('dim', visible(line.file))}`);
    file = line.file;
    out.push(`    ${shortened(visible(line.text), longestLine)}`);
  }
  return out;
}

/** Whether the lines belong to the scenario, as far as that is known. */
function whoseWords(lines: readonly LogLine[]): string {
  if (lines.every(({ whose }) => whose === 'own')) return ' of this scenario';
  if (lines.every(({ whose }) => whose === 'before')) return ' from before the scenario: nothing was logged during it';
  return lines.some(({ whose }) => whose !== undefined) ? '' : ' from that time, perhaps from other scenarios';
}

/**
 * The whole dialogue and log, for reports that keep them; at most `limit` characters, with whole lines left out in the
 * middle.
 */
export function evidence(lines: readonly TranscriptLine[], log: readonly LogLine[], limit: number): string {
  const all = [...transcriptLines(lines), ...log.map((line) => `${visible(line.file)}: ${visible(line.text)}`)];
  return withinLimit(all, limit).join('\n');
}

function withinLimit(lines: readonly string[], limit: number): readonly string[] {
  const size = lines.reduce((sum, line) => sum + line.length + 1, 0);
  if (size <= limit) return lines;
  const first: string[] = [];
  const last: string[] = [];
  // The end is where it went wrong, so it gets three quarters of the space.
  take(lines, first, limit / 4);
  take([...lines].reverse(), last, (limit * 3) / 4);
  const left = lines.length - first.length - last.length;
  return [...first, `… ${many(left, 'line')} left out`, ...last.reverse()];
}

/** Adds whole lines while they fit; a line longer than all the space is cut. */
function take(from: readonly string[], to: string[], room: number): void {
  for (const line of from) {
    if (line.length + 1 > room) {
      if (to.length === 0) to.push(shortened(line, Math.max(0, Math.floor(room) - 40)));
      return;
    }
    to.push(line);
    room -= line.length + 1;
  }
}
