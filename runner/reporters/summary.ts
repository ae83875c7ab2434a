import type { Cause } from '../causes/cause.ts';
import { measured } from '../duration.ts';
import { judgedNothing } from '../outcomes.ts';
import { many } from '../phrase.ts';
import { inert } from '../printing/inert.ts';
import type { Outcome } from '../result.ts';
import type { Summary } from '../run-event.ts';
import { visible } from '../visible.ts';
import { noteWords, outcomes, shortfallWords, sumOf, unneededWords } from '../words/outcome.ts';
import { causeLines, causeTitles, severityCounts } from './cause-text.ts';
import type { Paint, Style } from './colour.ts';
import type { FailureOptions } from './failure.ts';
import type { NoteKind, ReasonedOutcome, Tally } from './tally.ts';

export interface SummaryOptions {
  readonly paint: Paint;
  readonly strict: boolean;
  /** The command line to which `--rerun-failed` is added; absent if that would run something else. */
  readonly rerun?: string;
  /** Whether each scenario that ran or was skipped has been listed. */
  readonly listed: boolean;
  /** The numbers of scenarios whose failures were printed in full above. */
  readonly printed?: ReadonlySet<number>;
  /** They are so far above that the causes show again what they are about. */
  readonly scrolled?: boolean;
  /** Only the titles of causes, and the last line. */
  readonly quiet?: true;
  /** The causes, most severe first. */
  readonly causes: readonly Cause[];
  readonly failure: FailureOptions;
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
];

/** The meaning of exit statuses, for those that need an explanation. */
const exitReasons: Readonly<Record<number, string>> = {
  1: 'a scenario failed',
  2: 'unusable input',
  3: 'nothing failed, but a scenario could not be checked',
  130: 'interrupted',
};

/**
 * The end of a run's output, to be read from the bottom up in five seconds: the counts, why, what to do, what failed.
 * Ends with a line break.
 */
export function summaryText(summary: Summary, noted: Tally, options: SummaryOptions): string {
  const { paint } = options;
  const { counts } = summary;
  const { causes, printed = new Set() } = options;
  // Next to causes, harmless notes get little space.
  const most = causes.length === 0 ? Number.POSITIVE_INFINITY : mostBeside;
  const total = `${many(summary.total, 'scenario')} in ${measured(summary.duration)}: ${countsText(counts, options.strict, paint)}`;
  const unmet = (summary.shortfalls ?? []).map((each) =>
    paint('red', `Not enough was tested: ${shortfallWords(each)}`),
  );
  if (options.quiet)
    return inert(`${[...causeTitles(causes, paint), ...unmet, closing(counts, options.strict)].join('\n')}\n`);
  const lines = [
    ...(causes.length === 0
      ? []
      : [
          total,
          `${many(causes.length, 'cause')}: ${severityCounts(causes)}`,
          '',
          ...causeLines(
            causes,
            {
              ...options.failure,
              inFull: !options.listed && printed.size === 0,
              ...(options.scrolled !== true && { printed }),
            },
            paint,
          ),
        ]),
    ...(causes.length === 0 ? slowest(noted, paint) : []),
    ...(options.listed ? [] : reasons('skipped', 'Skipped', noted, most, paint)),
    ...reasons('not_run', 'Not run', noted, most, paint),
    ...sections.flatMap((section) => sectionLines(section, noted, most, paint)),
  ];
  if (causes.length === 0) lines.push(total);
  if (summary.interrupted)
    lines.push(paint('yellow', `Interrupted: ${counts.not_run} of ${many(summary.total, 'scenario')} did not run`));
  if (options.rerun !== undefined && noted.notes('failed').list.length + noted.notes('errored').list.length > 0) {
    lines.push(`Run the failed ones again: ${options.rerun} --rerun-failed`);
  }
  for (const each of summary.unneeded ?? []) lines.push(paint('yellow', unneededWords(each)));
  for (const each of summary.notes ?? []) lines.push(paint('yellow', `Note: ${visible(noteWords(each))}`));
  lines.push(...unmet);
  if (summary.exitStatus !== 0) lines.push(`Exit status ${summary.exitStatus}: ${exitReason(summary, options.strict)}`);
  return inert(`${[...lines, closing(counts, options.strict)].join('\n')}\n`);
}

/** The most notes of each kind that are shown next to causes. */
const mostBeside = 2;

function sectionLines(section: (typeof sections)[number], noted: Tally, most: number, paint: Paint): string[] {
  const all = noted.notes(section.kind);
  const list = all.list.slice(0, most);
  const more = all.more + all.list.length - list.length;
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

function reasons(outcome: ReasonedOutcome, title: string, noted: Tally, most: number, paint: Paint): string[] {
  const counts = [...noted.reasons(outcome)];
  if (counts.length === 0) return [];
  const left = counts.slice(most).reduce((sum, [, count]) => sum + count, 0);
  return [
    paint('bold', `${title}:`),
    ...counts.slice(0, most).map(([reason, count]) => `  ${outcomes[outcome].mark} ${count} × ${reason}`),
    ...(left > 0 ? [`  … and ${left} for other reasons`] : []),
    '',
  ];
}

const sumsInOrder = ['passed', 'failed', 'errored', 'blocked', 'skipped'] as const;

interface Sum {
  readonly sum: (typeof sumsInOrder)[number];
  readonly count: number;
  /** What is included, in parentheses: ` (1 warning)`. */
  readonly among: string;
}

/** The same counts as in the last line, without those that are 0. */
export function sumsOf(counts: Summary['counts'], strict: boolean): readonly Sum[] {
  return sumsInOrder.flatMap((sum) => {
    const outcomesOf = (Object.keys(outcomes) as Outcome[]).filter(
      (outcome) => counts[outcome] > 0 && sumOf(outcome, strict) === sum,
    );
    const special = outcomesOf
      .filter((outcome) => outcome !== sum)
      .map((outcome) => many(counts[outcome], ...outcomes[outcome].counted));
    const count = outcomesOf.reduce((all, outcome) => all + counts[outcome], 0);
    return count === 0 ? [] : [{ sum, count, among: special.length === 0 ? '' : ` (${special.join(', ')})` }];
  });
}

/** `277 passed (1 warning), 156 failed, 22 skipped` */
function countsText(counts: Summary['counts'], strict: boolean, paint: Paint): string {
  const parts = sumsOf(counts, strict).map(
    ({ sum, count, among }) => `${paint(outcomes[sum].style, `${count} ${sum}`)}${among}`,
  );
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
 * The last line, for people and scripts: `12 passed, 1 failed`, then those errored, blocked and skipped, if any. The
 * numbers add up to all scenarios, as in JUnit's counts (which include blocked ones in errors): known issues and what
 * did not run count as skipped; flaky ones and warnings as passed.
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
