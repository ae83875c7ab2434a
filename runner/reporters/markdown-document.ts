import { measured } from '../duration.ts';
import { many } from '../phrase.ts';
import type { Outcome, ScenarioResult, Summary } from '../result.ts';
import { visible } from '../visible.ts';
import { noteWords, outcomes, remark, shortfallWords, sumOf, troubleWords } from '../words/outcome.ts';
import { shortened } from '../words/text.ts';
import { blockedCauses } from './blocked.ts';
import type { FailureOptions } from './failure.ts';
import { failureText } from './failure.ts';
import { escapeHtml } from './html-escape.ts';

export interface MarkdownOptions extends FailureOptions {
  readonly strict: boolean;
  /** Octets that the place takes. */
  readonly limit: number;
}

/** Gathers a run's results, in file order, into one Markdown document for a page that people read. */
export interface MarkdownDocument {
  add(result: ScenarioResult): void;
  text(summary: Summary): string;
}

/** Octets for what stands around the failures: the headline, the table, what is left out. */
const frame = 4 * 1024;
/** A failure's text, characters: one must not take the room of all. */
const longestFailure = 16 * 1024;
const longestName = 300;

const signs: Readonly<Record<'passed' | 'failed' | 'errored' | 'skipped', string>> = {
  passed: '✅',
  failed: '❌',
  errored: '💥',
  skipped: '⏭️',
};

/**
 * Everything that comes from a server or a scenario stands in `<code>` or in a fenced block: there a CI server finds no
 * mention of a person, no reference to an issue, no command (`/close`) and no markup.
 */
export function markdownDocument(options: MarkdownOptions): MarkdownDocument {
  const failures: string[] = [];
  const others: string[] = [];
  const blocked = blockedCauses();
  let room = options.limit - frame;
  let leftOut = 0;
  const keep = (list: string[], text: string) => {
    const size = Buffer.byteLength(text) + 1;
    if (size > room) return false;
    room -= size;
    list.push(text);
    return true;
  };
  return {
    add(result) {
      blocked.add(result);
      const sum = sumOf(result.outcome, options.strict);
      if (sum === 'failed' || sum === 'errored') {
        if (!keep(failures, details(result, sum, options)) && !keep(failures, item(result))) leftOut++;
      } else if (isWorthALine(result) && !keep(others, item(result))) leftOut++;
    },
    text(summary) {
      const parts = [
        headline(summary, options.strict),
        table(summary),
        ...(summary.interrupted ? ['**Interrupted**: what had not run is missing here.'] : []),
        ...(summary.notes ?? []).map((each) => `Note: ${code(noteWords(each))}`),
        ...(blocked.lines().length > 0
          ? [
              blocked
                .lines()
                .map((line) => `- ${code(line)}`)
                .join('\n'),
            ]
          : []),
        ...(failures.length > 0 ? [failures.join('\n')] : []),
        ...(others.length > 0
          ? [
              `<details><summary>Warnings, known issues and flaky scenarios</summary>\n\n${others.join('\n')}\n\n</details>`,
            ]
          : []),
        ...(leftOut > 0 ? [`… and ${leftOut} more; the whole is in the job's log.`] : []),
      ];
      return `${parts.join('\n\n')}\n`;
    },
  };
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
    ...(sums.errored > 0 ? [`${sums.errored} could not be judged`] : []),
    ...(sums.blocked > 0 ? [`${sums.blocked} blocked`] : []),
    ...(shortfalls.length > 0 ? ['not enough was tested'] : []),
    ...(sums.failed + sums.errored + sums.blocked + shortfalls.length === 0
      ? [sums.passed > 0 ? 'passed' : 'nothing ran']
      : []),
  ];
  return `### ${signs[verdict]} mailspec: ${told.join(', ')}\n\n${many(summary.total, 'scenario')} in ${measured(summary.duration)}${shortfalls.map((each) => `. ${code(shortfallWords(each))}`).join('')}`;
}

function table({ counts }: Summary): string {
  const shown = (Object.keys(outcomes) as Outcome[]).filter((outcome) => counts[outcome] > 0);
  if (shown.length === 0) return '';
  const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [
    row(shown.map((outcome) => outcomes[outcome].counted[1])),
    row(shown.map(() => '---:')),
    row(shown.map((outcome) => counts[outcome])),
  ].join('\n');
}

function details(result: ScenarioResult, sum: 'failed' | 'errored', options: MarkdownOptions): string {
  const text = shortened(failureText(result, options), longestFailure);
  return `<details><summary>${signs[sum]} ${titleOf(result)}</summary>\n\n${fenced(text)}\n\n</details>\n`;
}

function item(result: ScenarioResult): string {
  const why = troubleWords(result) ?? '';
  const said = [result.outcome === 'warning' ? '' : remark(result), why].filter((each) => each !== '').map(code);
  return `- ${outcomes[result.outcome].title.toLowerCase()}: ${[titleOf(result), ...said].join(': ')}`;
}

function titleOf({ scenario }: ScenarioResult): string {
  return code(`${scenario.suite.file} › ${scenario.name}`);
}

/** HTML's element and not backticks: it holds whatever the text holds, in a table and in `<summary>` too. */
function code(text: string): string {
  const escaped = escapeHtml(visible(shortened(text, longestName)));
  return `<code>${escaped.replace(/&#?\w+;|[|[\]*_`~\\@#!]/g, (each) =>
    // What HTML's escapes are made of stays.
    each.length > 1 ? each : `&#${each.charCodeAt(0)};`,
  )}</code>`;
}

/** A fence longer than any in the text (CommonMark section 4.5). */
function fenced(text: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
