import { renderFrame } from '../diagnostic-text.ts';
import { many } from '../phrase.ts';
import type { LogLine, Problem, ScenarioResult, TranscriptLine } from '../result.ts';
import { placeText } from '../source.ts';
import { visible } from '../visible.ts';
import { withDecoded } from '../words/decoded.ts';
import { hintOf } from '../words/hint.ts';
import { mismatchLines, mismatchNote } from '../words/mismatch.ts';
import { lineWords, problemWords } from '../words/problem.ts';
import { shortened } from '../words/text.ts';
import { elide } from './elide.ts';
import { escapeHtml } from './html-escape.ts';
import { elapsed } from './transcript.ts';

/**
 * The most lines shown of a dialogue. Nobody reads more, and a mailbox of thousands of messages results in many more.
 */
const mostLines = 400;
const openingLines = 100;
const longestLine = 2_000;
const mostLogLines = 100;
const mostMismatches = 20;
/** Lines of one side within this time, in ms, are shown together. */
const sameMoment = 100;

const sides: Readonly<Record<TranscriptLine['from'], { readonly letter: string; readonly who: string }>> = {
  client: { letter: 'C', who: 'Client' },
  server: { letter: 'S', who: 'Server' },
  note: { letter: '·', who: 'Connection' },
};

/** The decoded text of lines in base64. */
type Decoded = ReadonlyMap<TranscriptLine, string | undefined>;

/** What one side sent at one moment. */
interface Utterance {
  readonly first: TranscriptLine;
  readonly lines: TranscriptLine[];
}

/** The dialogue as a list: what each side sent and when, and the expectation that was not met at its position. */
export function dialogueHtml(result: ScenarioResult): string {
  const { transcript, problem } = result;
  if (transcript.length === 0) return problem ? problemHtml(problem, result) : '';
  const upTo = problem ? transcript.filter((line) => line.at <= problem.at).length : transcript.length;
  const before = elide(transcript.slice(0, upTo), mostLines, openingLines);
  const after = elide(transcript.slice(upTo), mostLines, openingLines);
  const isNamed = transcript.some((line) => line.connection !== '');
  const items = [
    ...utterancesHtml(before.first, isNamed),
    ...leftOut(before.left),
    ...utterancesHtml(before.last, isNamed),
    ...(problem ? [`<li class="problem">${problemHtml(problem, result)}</li>`] : []),
    ...utterancesHtml(after.first, isNamed),
    ...leftOut(after.left),
    ...utterancesHtml(after.last, isNamed),
  ];
  return `<ol class="dialogue">\n${items.join('\n')}\n</ol>\n`;
}

function leftOut(count: number): string[] {
  return count === 0 ? [] : [`<li class="note">… ${many(count, 'line')} left out</li>`];
}

function utterancesHtml(lines: readonly TranscriptLine[], isNamed: boolean): string[] {
  const utterances: Utterance[] = [];
  for (const line of lines) {
    const last = utterances.at(-1);
    if (last && belongs(line, last)) last.lines.push(line);
    else utterances.push({ first: line, lines: [line] });
  }
  const decoded: Decoded = new Map(withDecoded(lines).map((each) => [each.line, each.decoded]));
  return utterances.map((each) => utteranceHtml(each, isNamed, decoded));
}

function belongs(line: TranscriptLine, { first, lines }: Utterance): boolean {
  const last = lines.at(-1) ?? first;
  return (
    first.from !== 'note' &&
    line.from === first.from &&
    line.connection === first.connection &&
    line.at - last.at < sameMoment
  );
}

function utteranceHtml({ first, lines }: Utterance, isNamed: boolean, decoded: Decoded): string {
  const { letter, who } = sides[first.from];
  const name = isNamed && first.connection !== '' ? ` <b>${escapeHtml(visible(first.connection))}</b>` : '';
  const said = lines.map((each) => lineHtml(each, decoded.get(each))).join('\n');
  const time = `<span class="at">${elapsed(first.at)}</span>`;
  if (first.from === 'note') return `<li class="note">${time}${name} <span class="said">${said}</span></li>`;
  return `<li class="${first.from}">${time} <abbr title="${who}">${letter}</abbr> <div>${name === '' ? '' : `${name.trim()} `}<pre class="said">${said}</pre></div></li>`;
}

/** CRLF is the usual line ending and is shown faintly, so that other line endings are noticed. */
function lineHtml(said: TranscriptLine, decoded: string | undefined): string {
  const whole = visible(shortened(lineWords(said), longestLine));
  const [, line = '', end = ''] = /^(.*?)(␍␊)?$/s.exec(whole) ?? [];
  const meaning =
    decoded === undefined ? '' : ` <span class="decoded">(${escapeHtml(shortened(decoded, longestLine))})</span>`;
  return `${escapeHtml(line)}${end === '' ? '' : `<span class="end">${end}</span>`}${meaning}`;
}

/** The problem as in the message: the place, the line of the file, the expected and the actual value. */
export function problemHtml(problem: Problem, result: Pick<ScenarioResult, 'transcript' | 'log'>): string {
  const hint = hintOf(problem, result);
  const [first] = problem.mismatches;
  const place = first?.place ?? problem.place;
  const frame = renderFrame(place, first && mismatchNote(first), { cause: problem.cause });
  const differs = problem.mismatches.slice(0, mostMismatches).flatMap((each) => mismatchLines(each));
  const more = problem.mismatches.length - mostMismatches;
  if (more > 0) differs.push(`… and ${more} more that do not match`);
  return [
    `<p><strong>${escapeHtml(visible(problemWords(problem)))}</strong> <code class="code">${problem.code}</code></p>`,
    `<p class="place">${escapeHtml(visible(placeText(place)))}</p>`,
    `<pre class="frame" tabindex="0">${escapeHtml(frame)}</pre>`,
    ...(differs.length > 0 ? [`<pre class="differs">${escapeHtml(differs.join('\n'))}</pre>`] : []),
    ...(hint === undefined ? [] : [`<p class="help">${escapeHtml(visible(hint))}</p>`]),
  ].join('\n');
}

/** The server's log lines, with the file's name where it changes. */
export function logHtml(log: readonly LogLine[]): string {
  if (log.length === 0) return '';
  const { first, left, last } = elide(log, mostLogLines, 0);
  const lines: string[] = left > 0 ? [`… ${many(left, 'line')} before`] : [];
  let file: string | undefined;
  for (const line of [...first, ...last]) {
    if (line.file !== file) lines.push(`${visible(line.file)}:`);
    file = line.file;
    lines.push(`  ${visible(shortened(line.text, longestLine))}`);
  }
  return `<h4>Server log</h4>\n<pre class="log">${escapeHtml(lines.join('\n'))}</pre>\n`;
}
