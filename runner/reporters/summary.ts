import { measured } from '../duration.ts';
import { judgedNothing } from '../outcomes.ts';
import { many } from '../phrase.ts';
import { inert } from '../printing/inert.ts';
import type { Outcome, Summary } from '../result.ts';
import { visible } from '../visible.ts';
import { noteWords, outcomes, shortfallWords, sumOf, unneededWords } from '../words/outcome.ts';
import type { Paint, Style } from './colour.ts';
import type { NoteKind, ReasonedOutcome, Tally } from './tally.ts';

export interface SummaryOptions {
  readonly paint: Paint;
  readonly strict: boolean;
  /** What `--rerun-failed` is put behind; absent where that would run something else. */
  readonly rerun?: string;
  /** Whether each scenario that ran or was skipped has been listed. */
  readonly listed: boolean;
}

const sections: readonly {
  readonly kind: NoteKind;
  readonly title: string;
  readonly mark: string;
  readonly style: Style;
}[] = [
  { kind: 'known', title: 'Known issues', mark: outcomes.known.mark, style: outcomes.known.style },
  { kind: 'warning', title: 'Warnings', mark: outcomes.warning.mark, style: outcomes.warning.style },
  { kind: 'flaky', title: 'Flaky', mark: outcomes.flaky.mark, style: outcomes.flaky.style },
  { kind: 'errored', title: 'Could not be judged', mark: outcomes.errored.mark, style: outcomes.errored.style },
  { kind: 'failed', title: 'Failed', mark: outcomes.failed.mark, style: outcomes.failed.style },
];

/** The exit statuses of the command line, where a reader wants to know why. */
const exitReasons: Readonly<Record<number, string>> = {
  1: 'a scenario failed',
  2: 'unusable input',
  3: 'nothing failed, but a scenario could not be judged',
  130: 'interrupted',
};

/** A run's end, read in five seconds from the bottom up: the sum, why, what to do, what failed. Ends with a line break. */
export function summaryText(summary: Summary, noted: Tally, options: SummaryOptions): string {
  const { paint } = options;
  const lines = [
    ...slowest(noted, paint),
    ...(options.listed ? [] : reasons('skipped', 'Skipped', noted, paint)),
    ...reasons('not_run', 'Not run', noted, paint),
    ...reasons('blocked', 'Blocked', noted, paint),
    ...sections.flatMap((section) => sectionLines(section, noted, paint)),
  ];
  const { counts } = summary;
  lines.push(`${many(summary.total, 'scenario')} in ${measured(summary.duration)}: ${countsText(counts, paint)}`);
  if (summary.interrupted)
    lines.push(paint('yellow', `Interrupted: ${counts.not_run} of ${many(summary.total, 'scenario')} did not run`));
  if (options.rerun !== undefined && noted.notes('failed').list.length + noted.notes('errored').list.length > 0) {
    lines.push(`Run the failed ones again: ${options.rerun} --rerun-failed`);
  }
  for (const each of summary.unneeded ?? []) lines.push(paint('yellow', unneededWords(each)));
  for (const each of summary.notes ?? []) lines.push(paint('yellow', `Note: ${visible(noteWords(each))}`));
  for (const each of summary.shortfalls ?? [])
    lines.push(paint('red', `Not enough was tested: ${shortfallWords(each)}`));
  if (summary.exitStatus !== 0) lines.push(`Exit status ${summary.exitStatus}: ${exitReason(summary, options.strict)}`);
  return inert(`${[...lines, closing(counts, options.strict)].join('\n')}\n`);
}

function sectionLines(section: (typeof sections)[number], noted: Tally, paint: Paint): string[] {
  const { list, more } = noted.notes(section.kind);
  if (list.length === 0) return [];
  return [
    paint('bold', `${section.title}:`),
    ...list.flatMap((each) => [
      `  ${paint(section.style, section.mark)} ${each.name}`,
      paint('dim', `    ${each.place}${each.why === '' ? '' : `: ${each.why}`}`),
    ]),
    ...(more > 0 ? [`  … and ${more} more`] : []),
    '',
  ];
}

function slowest(noted: Tally, paint: Paint): string[] {
  const { list } = noted.notes('slow');
  if (list.length === 0) return [];
  return [
    paint('bold', 'Slowest:'),
    ...list.map((each) => `  ${measured(each.duration).padStart(8)}  ${each.name}`),
    '',
  ];
}

function reasons(outcome: ReasonedOutcome, title: string, noted: Tally, paint: Paint): string[] {
  const counts = [...noted.reasons(outcome)];
  if (counts.length === 0) return [];
  return [
    paint('bold', `${title}:`),
    ...counts.map(([reason, count]) => `  ${outcomes[outcome].mark} ${count} × ${reason}`),
    '',
  ];
}

function countsText(counts: Summary['counts'], paint: Paint): string {
  const parts = (Object.keys(outcomes) as Outcome[])
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => paint(outcomes[outcome].style, many(counts[outcome], ...outcomes[outcome].counted)));
  return parts.length === 0 ? 'none ran' : parts.join(', ');
}

function exitReason({ exitStatus, counts, shortfalls = [] }: Summary, strict: boolean): string {
  if (exitStatus === 1 && counts.failed === 0 && shortfalls.length > 0 && !(strict && counts.warning > 0))
    return 'no scenario failed, but not enough was tested';
  if (exitStatus === 1 && strict && counts.failed === 0) return 'a warning, and warnings fail (--strict)';
  if (exitStatus === 3 && judgedNothing(counts)) return 'no scenario ran, so nothing was tested';
  return exitReasons[exitStatus] ?? 'an unexpected end';
}

/**
 * The last line, for people and for scripts: `12 passed, 1 failed`, then those errored, blocked and skipped where there are any.
 * It adds up to all scenarios as JUnit's counts do (which has blocked ones among its errors): a known issue and what did not run are skipped, flaky ones and
 * warnings passed.
 */
export function closing(counts: Summary['counts'], strict: boolean): string {
  const sums = { passed: 0, failed: 0, errored: 0, blocked: 0, skipped: 0 };
  for (const outcome of Object.keys(outcomes) as Outcome[]) sums[sumOf(outcome, strict)] += counts[outcome];
  const { passed, failed, errored, blocked, skipped } = sums;
  return [
    `${passed} passed, ${failed} failed`,
    ...(errored > 0 ? [`${errored} errored`] : []),
    ...(blocked > 0 ? [`${blocked} blocked`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(', ');
}
