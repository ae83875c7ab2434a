import type { Cause } from '../causes/cause.ts';
import { collectCauses } from '../causes/collect.ts';
import { measured } from '../duration.ts';
import { many } from '../phrase.ts';
import type { Outcome, ScenarioResult } from '../result.ts';
import type { Summary } from '../run-event.ts';
import { visible } from '../visible.ts';
import { causeWords, countWords } from '../words/cause.ts';
import { noteWords, outcomes, remark, shortfallWords, suiteWords, sumOf, troubleWords } from '../words/outcome.ts';
import { shortened } from '../words/text.ts';
import { fixLines } from './cause-record.ts';
import type { FailureOptions } from './failure.ts';
import { failureText } from './failure.ts';
import { escapeHtml } from './html-escape.ts';
import { sumsOf } from './summary.ts';

export interface MarkdownOptions extends FailureOptions {
  readonly strict: boolean;
  /** The limit of the destination, in octets. */
  readonly limit: number;
}

/** Collects the results of a run, in file order, into one Markdown document for a page that people read. */
export interface MarkdownDocument {
  add(result: ScenarioResult): void;
  text(summary: Summary): string;
}

/** Octets for everything other than failures: the headline, the table, what was left out. */
const frame = 4 * 1024;
/** The most characters of a failure's text, so that one does not take the space of all. */
const longestFailure = 16 * 1024;
const longestName = 300;
const longestFix = 600;

const signs: Readonly<Record<'passed' | 'failed' | 'errored' | 'skipped', string>> = {
  passed: '✅',
  failed: '❌',
  errored: '💥',
  skipped: '⏭️',
};

/** The most visible failures of one cause; the others are similar, and collapsed. */
const mostShown = 3;
/** Causes and remedies may take this fraction of the whole: one third. */
const causesShare = 3;

interface Failure {
  readonly index: number;
  /** The line that names it; and the whole failure, if there is space. */
  readonly item: string;
  readonly details?: string;
}

/**
 * All text from servers and scenarios is in `<code>` or in a fenced block, in which a CI server does not interpret
 * mentions of people, references to issues, commands (`/close`) or markup.
 */
export function markdownDocument(options: MarkdownOptions): MarkdownDocument {
  const failures: Failure[] = [];
  const others: string[] = [];
  const causes = collectCauses();
  let room = options.limit - frame;
  let leftOut = 0;
  const takes = (...texts: readonly string[]) => {
    const size = texts.reduce((sum, text) => sum + sizeOf(text), 0);
    if (size > room) return false;
    room -= size;
    return true;
  };
  return {
    add(result) {
      causes.add(result);
      const { index } = result.scenario;
      const sum = sumOf(result.outcome, options.strict);
      const line = item(result);
      if (sum === 'failed' || sum === 'errored') {
        const text = details(result, sum, { ...options, remedies: false });
        if (takes(text)) failures.push({ index, item: line, details: text });
        else if (takes(line)) failures.push({ index, item: line });
        else leftOut++;
      } else if (isWorthALine(result)) {
        if (takes(line)) others.push(line);
        else leftOut++;
      }
    },
    text(summary) {
      const found = causesText(causes.list(), failures, room, options.limit);
      const parts = [
        headline(summary, options.strict),
        table(summary, options.strict),
        ...(summary.interrupted ? ['**Interrupted**: what had not run is missing here.'] : []),
        ...(summary.notes ?? []).map((each) => `Note: ${code(noteWords(each))}`),
        ...found,
        ...(others.length > 0
          ? [
              `<details><summary>Warnings, known issues and flaky scenarios</summary>\n\n${others.join('\n')}\n\n</details>`,
            ]
          : []),
        ...(leftOut > 0 ? [`… and ${leftOut} more; the job's log has them all.`] : []),
      ];
      return `${parts.join('\n\n')}\n`;
    },
  };
}

/** Each cause with remedies, followed by its failures; the last failures are dropped to make space for the causes. */
function causesText(causes: readonly Cause[], failures: readonly Failure[], room: number, limit: number) {
  const headings = new Map<Cause, string>();
  let size = 0;
  for (const cause of causes) {
    const heading = causeText(cause);
    size += sizeOf(heading);
    if (size > limit / causesShare) break;
    headings.set(cause, heading);
  }
  const byIndex = new Map(without(failures, size - room).map((each) => [each.index, each.details ?? each.item]));
  const parts = [...headings].map(([cause, heading]) => {
    const members = cause.scenarios.flatMap((index) => byIndex.get(index) ?? []);
    const first = members.slice(0, mostShown).join('\n').trimEnd();
    return [heading, first, folded(members.slice(mostShown))].filter((each) => each !== '').join('\n\n');
  });
  const more = causes.length - parts.length;
  return more === 0 ? parts : [...parts, `… and ${many(more, 'more cause')}; the job's log has them all.`];
}

/** Removes the details of as many failures as needed to save this many octets. */
function without(failures: readonly Failure[], octets: number): readonly Failure[] {
  let over = octets;
  return [...failures]
    .reverse()
    .map(({ details: text, ...rest }) => {
      if (over <= 0 || text === undefined) return { ...rest, ...(text !== undefined && { details: text }) };
      over -= sizeOf(text) - sizeOf(rest.item);
      return rest;
    })
    .reverse();
}

function sizeOf(text: string): number {
  return Buffer.byteLength(text) + 2;
}

function causeText(cause: Cause): string {
  const { severity, count } = cause;
  const number = count === 1 ? '' : ` (${countWords(cause)})`;
  return [
    `**${severity.toUpperCase()}** ${code(causeWords(cause))}${number}`,
    ...(cause.remedies.length === 0 ? [] : ['']),
    ...fixLines(cause).map((line) => `- Fix: ${code(line, longestFix)}`),
  ].join('\n');
}

function folded(texts: readonly string[]): string {
  if (texts.length === 0) return '';
  const title = many(texts.length, 'more scenario');
  return `<details><summary>${title}</summary>\n\n${texts.join('\n').trimEnd()}\n\n</details>`;
}

function isWorthALine({ outcome, warnings }: ScenarioResult): boolean {
  return outcome === 'warning' || outcome === 'known' || outcome === 'flaky' || warnings.length > 0;
}

function headline(summary: Summary, strict: boolean): string {
  const sums = { passed: 0, failed: 0, errored: 0, blocked: 0, skipped: 0 };
  for (const outcome of Object.keys(outcomes) as Outcome[]) sums[sumOf(outcome, strict)] += summary.counts[outcome];
  const { shortfalls = [] } = summary;
  const verdict =
    sums.failed + shortfalls.length > 0
      ? 'failed'
      : sums.errored + sums.blocked > 0
        ? 'errored'
        : sums.passed > 0
          ? 'passed'
          : 'skipped';
  const told = [
    ...(sums.failed > 0 ? [`${sums.failed} failed`] : []),
    ...(sums.errored > 0 ? [`${sums.errored} could not be checked`] : []),
    ...(sums.blocked > 0 ? [`${sums.blocked} blocked`] : []),
    ...(shortfalls.length > 0 ? ['not enough was tested'] : []),
    ...(sums.failed + sums.errored + sums.blocked + shortfalls.length === 0
      ? [sums.passed > 0 ? 'passed' : 'nothing ran']
      : []),
  ];
  return `### ${signs[verdict]} mailspec: ${told.join(', ')}\n\n${many(summary.total, 'scenario')} in ${measured(summary.duration)}${shortfalls.map((each) => `. ${code(shortfallWords(each))}`).join('')}`;
}

/** The same sums as in the other reports, and what is included in them. */
function table({ counts }: Summary, strict: boolean): string {
  const sums = sumsOf(counts, strict);
  if (sums.length === 0) return '';
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    row(sums.map(({ sum }) => sum)),
    row(sums.map(() => '---:')),
    row(sums.map(({ count, among }) => `${count}${among}`)),
  ].join('\n');
}

function details(result: ScenarioResult, sum: 'failed' | 'errored', options: MarkdownOptions): string {
  const text = shortened(failureText(result, options), longestFailure);
  return `<details><summary>${signs[sum]} ${titleOf(result)}</summary>\n\n${fenced(text)}\n\n</details>\n`;
}

function item(result: ScenarioResult): string {
  const why = troubleWords(result) ?? '';
  const said = [result.outcome === 'warning' ? '' : remark(result), why]
    .filter((each) => each !== '')
    .map((each) => code(each));
  return `- ${outcomes[result.outcome].title.toLowerCase()}: ${[titleOf(result), ...said].join(': ')}`;
}

function titleOf({ scenario }: ScenarioResult): string {
  return code(`${suiteWords(scenario.suite)} › ${scenario.name}`);
}

/** An HTML element instead of backticks: it can contain any text, even in a table or in `<summary>`. */
function code(text: string, longest = longestName): string {
  const escaped = escapeHtml(visible(shortened(text, longest)));
  return `<code>${escaped.replace(/&#?\w+;|[|[\]*_`~\\@#!]/g, (each) =>
    // Characters of HTML escapes stay.
    each.length > 1 ? each : `&#${each.charCodeAt(0)};`,
  )}</code>`;
}

/** A fence longer than any in the text (CommonMark section 4.5). */
function fenced(text: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
