import type { Cause } from '../causes/cause.ts';
import { many } from '../phrase.ts';
import type { LogLine, Problem, ScenarioResult, TranscriptLine } from '../result.ts';
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
const longestLog = 200;

/** What a cause means for users, or else the author's first sentence about why the scenario matters. */
export function meaningOf(cause: Cause): string | undefined {
  return meaningWords(cause) ?? sentenceOf(cause.first);
}

function sentenceOf({ scenario }: ScenarioResult): string | undefined {
  const text = scenario.suite.description ?? scenario.description;
  return text === undefined ? undefined : (/^.*?(?<=\S)[.!?](?=\s|$)/s.exec(text)?.[0] ?? text);
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
  const before = transcript.filter(({ at }) => at <= problem.at);
  const pipelined = commandBefore(before, problem);
  if (pipelined !== undefined) return pipelined;
  // A check's result comes after the dialogue, which is unrelated to it.
  if (problem.evidence?.check !== undefined) return lastNotes(before).map((line) => wireWords(line, undefined));
  const sent = before.map(({ from }) => from).lastIndexOf('client');
  const last = sent === -1 ? before.slice(-exchangeLines) : before.slice(sent);
  const shown = last.length > exchangeLines ? [...last.slice(0, exchangeLines - 1), ...last.slice(-1)] : last;
  return withDecoded(shown).map(({ line, decoded }) => wireWords(line, decoded));
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
