import type { Cause } from '../causes/cause.ts';
import { many } from '../phrase.ts';
import type { LogLine, Problem, TranscriptLine } from '../result.ts';
import { visible } from '../visible.ts';
import { cameWords } from '../words/actual.ts';
import { meaningWords } from '../words/cause.ts';
import { withDecoded } from '../words/decoded.ts';
import { lineWords } from '../words/problem.ts';
import { middleLeftOut } from '../words/text.ts';

/** The most suites named with a cause. */
const mostSuites = 4;
/** The decisive part of the dialogue: the command and its reply; of a long reply, only the first lines. */
const exchangeLines = 4;
const longestReply = 120;
const longestLog = 200;

/** What a cause means for users, or else the author's first sentence about why the scenario matters. */
export function meaningOf(cause: Cause): string | undefined {
  const { kind, backend, sign, first } = cause;
  // For refusals without a known reason, the description of each scenario explains the meaning.
  const own = kind === 'refused' && backend === undefined && sign === undefined ? ownDescription(cause) : undefined;
  const { suite, description } = first.scenario;
  const text = own ?? meaningWords(cause) ?? ownDescription(cause) ?? suite.description ?? description;
  return text === undefined ? undefined : (/^.*?(?<=\S)[.!?](?=\s|$)/s.exec(text)?.[0] ?? text);
}

/**
 * The scenario's own description, which is more exact than its suite's. `undefined` if scenarios without one have the same
 * cause, which is then more general.
 */
function ownDescription({ first, members }: Cause): string | undefined {
  return members.every(({ scenario }) => scenario.description !== undefined) ? first.scenario.description : undefined;
}

/** `164 scenarios: 30 of submission/authentication, 17 of imap-core/mailboxes and 18 more suites` */
export function suiteCounts({ suites, count }: Pick<Cause, 'suites' | 'count'>): string {
  const sorted = [...suites].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
  const shown = sorted.slice(0, mostSuites).map(([suite, each]) => `${each} of ${visible(suite)}`);
  const rest = sorted.length - shown.length;
  return `${many(count, 'scenario')}: ${shown.join(', ')}${rest > 0 ? ` and ${many(rest, 'more suite')}` : ''}`;
}

/** What was sent last before the problem, and what was received. A certificate's error is in the title. */
export function exchangeOf({ kind, first }: Cause): readonly string[] {
  const { transcript, problem } = first;
  if (problem === undefined || kind === 'certificate') return [];
  const violation = violationIn(problem);
  if (violation !== undefined) return violation;
  const before = transcript.filter(({ at }) => at <= problem.at);
  const pipelined = commandBefore(before, problem);
  if (pipelined !== undefined) return pipelined;
  // A check's result comes after the dialogue, which is unrelated to it.
  if (problem.evidence?.check !== undefined) return lastNotes(before).map((line) => wireWords(line, undefined));
  const sent = before.map(({ from }) => from).lastIndexOf('client');
  const last = sent === -1 ? before.slice(-exchangeLines) : before.slice(sent);
  const about = problem.mismatches.flatMap(({ path }) => namesIn(path));
  return withDecoded(decisiveOf(last, about)).map(({ line, decoded }) => wireWords(shortLine(line, about), decoded));
}

/** The session went on after a violation: the reply that has it, and what is wrong with it. */
function violationIn({ headline, mismatches: [first] }: Problem): readonly string[] | undefined {
  if (headline.kind !== 'violation' || first?.actual.kind !== 'violation') return undefined;
  const { after } = headline;
  const { text, reason } = first.actual;
  if (reason === undefined) return undefined;
  return [
    ...(after.kind === 'command' ? [`C ${visible(after.line ?? after.label)}`] : []),
    `S ${middleLeftOut(visible(text), longestLog)}`,
    `* ${visible(reason)}`,
  ];
}

/** The beginning and the end of a long reply, and the first line with a name that the problem is about. */
function decisiveOf(lines: readonly TranscriptLine[], about: readonly string[]): readonly TranscriptLine[] {
  if (lines.length <= exchangeLines) return lines;
  const end = lines.length - 1;
  const found = lines.findIndex((line) => line.from === 'server' && at(line.text, about) !== undefined);
  const shown = found >= exchangeLines - 1 && found < end ? [0, 1, found, end] : [0, 1, exchangeLines - 2, end];
  return shown.flatMap((each) => lines[each] ?? []);
}

/** `AUTH` for `extensions.AUTH`, nothing for `code`. */
function namesIn(path: string): readonly string[] {
  return path
    .split(/[^A-Za-z0-9=+-]+/)
    .slice(1)
    .filter((name) => /[A-Za-z]/.test(name));
}

/** The position in a line of one of the names, as a word. */
function at(text: string, names: readonly string[]): number | undefined {
  const lower = text.toLowerCase();
  const isWord = (start: number, length: number) =>
    !/[a-z0-9]/.test(`${lower[start - 1] ?? ''}${lower[start + length] ?? ''}`);
  for (const name of names) {
    const found = lower.indexOf(name.toLowerCase());
    if (found !== -1 && isWord(found, name.length)) return found;
  }
  return undefined;
}

/** A line that is too long to be shown, such as IMAP's capabilities: its beginning and the part that the problem is about. */
function shortLine(line: TranscriptLine, about: readonly string[]): TranscriptLine {
  if (line.from !== 'server' || line.text.length <= longestReply) return line;
  const found = at(line.text, about) ?? 0;
  if (found < longestReply / 2) return line;
  const rest = line.text.slice(found);
  const cut = rest.length > longestReply / 2 ? `${rest.slice(0, longestReply / 2)}…` : rest;
  return { ...line, text: `${line.text.slice(0, longestReply / 4)} … ${cut}` };
}

/** In a pipeline the decisive command is not the last one sent, but it and its reply are known. */
function commandBefore(before: readonly TranscriptLine[], { evidence }: Problem): readonly string[] | undefined {
  const { action, reply } = evidence ?? {};
  if (action?.kind !== 'command' || action.line === undefined || reply === undefined) return undefined;
  const { line } = action;
  const sent = before.flatMap((each) => (each.from === 'client' ? [each.text] : []));
  const has = (text: string) => text.startsWith(line) || text.includes(` ${line}`);
  const isLast = has(sent.at(-1) ?? line);
  const isSent = sent.some(has);
  return isLast || !isSent ? undefined : [`C ${line}`, `S ${cameWords(reply)}`];
}

function lastNotes(before: readonly TranscriptLine[]): readonly TranscriptLine[] {
  const isBefore = (line: TranscriptLine) => line.from !== 'note' || line.note.kind === 'retry';
  const notes = before.slice(before.findLastIndex(isBefore) + 1);
  return notes.slice(-exchangeLines);
}

const sides = { client: 'C', server: 'S', note: '*' } as const;

function wireWords(line: TranscriptLine, decoded: string | undefined): string {
  const words = `${sides[line.from]} ${lineWords(line).trimEnd()}`;
  return decoded === undefined ? words : `${words}  (${decoded})`;
}

export function logWords({ text, whose }: LogLine): string {
  const said = middleLeftOut(visible(text), longestLog);
  return whose === 'own' ? said : `${said} (${whose === 'before' ? 'from before' : 'at that time'})`;
}
