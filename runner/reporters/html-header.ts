import type { Cause } from '../causes/cause.ts';
import { measured } from '../duration.ts';
import { judgedNothing } from '../outcomes.ts';
import { many } from '../phrase.ts';
import { severities } from '../remedy.ts';
import type { Outcome } from '../result.ts';
import type { Summary } from '../run-event.ts';
import { visible } from '../visible.ts';
import { noteWords, outcomes, shortfallWords, unneededWords } from '../words/outcome.ts';
import { escapeHtml } from './html-escape.ts';
import { timeOf } from './json-text.ts';
import { sumsOf } from './summary.ts';

export interface HeaderOptions {
  /** The id of the run. */
  readonly id: string;
  readonly started: number;
  readonly summary: Summary;
  readonly strict: boolean;
  readonly causes: readonly Cause[];
  /** Why scenarios were skipped or did not run, with the number for each reason. */
  readonly reasons: ReadonlyMap<string, number>;
  /** The command line to which `--rerun-failed` is added. */
  readonly rerunFailed?: string;
}

const marks = Object.keys(outcomes) as Outcome[];
const mostReasons = 30;

/** The verdict, the counts, the time, and whatever else must be known first. */
export function headerHtml(options: HeaderOptions): string {
  const { id, started, summary, causes, rerunFailed } = options;
  const { counts } = summary;
  const { words, kind } = verdictOf(summary, options.strict);
  const time = timeOf(started);
  const sums = marks.filter((outcome) => counts[outcome] > 0);
  return `<header class="${kind}">
<h1><span class="verdict ${kind}">${words}</span></h1>
${[
  ...(causes.length === 0 ? [] : [severitiesHtml(causes)]),
  ...(sums.length === 0 ? [] : [barHtml(counts, summary.total), countsHtml(counts, options.strict)]),
  `<p class="run"><time datetime="${time}">${time.slice(0, 10)} ${time.slice(11, 19)} UTC</time>, ${measured(summary.duration)}, run ${escapeHtml(visible(id))}, exit status ${summary.exitStatus}</p>`,
  ...(summary.interrupted
    ? [`<p class="warned">Interrupted: ${counts.not_run} of ${many(summary.total, 'scenario')} did not run</p>`]
    : []),
  ...(summary.shortfalls ?? []).map((each) => `<p class="shortfall">${escapeHtml(shortfallWords(each))}</p>`),
  ...(summary.notes ?? []).map((each) => `<p class="warned">${escapeHtml(visible(noteWords(each)))}</p>`),
  ...(summary.unneeded ?? []).map((each) => `<p class="warned">${escapeHtml(unneededWords(each))}</p>`),
  ...reasonsHtml(options.reasons),
  ...(rerunFailed !== undefined && counts.failed + counts.errored > 0
    ? [`<p class="rerun">Run the failed ones again: <code>${escapeHtml(`${rerunFailed} --rerun-failed`)}</code></p>`]
    : []),
].join('\n')}
</header>
`;
}

type Verdict = { readonly words: string; readonly kind: 'passed' | 'failed' | 'errored' | 'warning' | 'skipped' };

/** The verdict in one accurate sentence: "all" only if nothing was left out and nothing was wrong. */
function verdictOf(summary: Summary, strict: boolean): Verdict {
  const { counts, total, interrupted, shortfalls = [] } = summary;
  const failed = counts.failed + (strict ? counts.warning : 0);
  const unknown = counts.errored + counts.blocked;
  const of = `of ${many(total, 'scenario')}`;
  if (failed > 0) return { words: `${failed} ${of} failed`, kind: 'failed' };
  if (unknown > 0) return { words: `${unknown} ${of} could not be checked`, kind: 'errored' };
  if (interrupted) return { words: 'Interrupted', kind: 'warning' };
  if (total === 0) return { words: 'Nothing ran', kind: 'skipped' };
  if (shortfalls.length > 0) return { words: 'Not enough was tested', kind: 'failed' };
  if (judgedNothing(counts)) return { words: 'No scenario ran, so nothing was tested', kind: 'errored' };
  const left = counts.skipped + counts.not_run + counts.known;
  const passed = total - left;
  if (counts.warning > 0)
    return { words: `${passed} ${of} passed (${many(counts.warning, ...outcomes.warning.counted)})`, kind: 'warning' };
  return { words: left === 0 ? `All passed: ${many(total, 'scenario')}` : `${passed} ${of} passed`, kind: 'passed' };
}

/** `2 causes` with the number for each severity, as a link to them. */
function severitiesHtml(causes: readonly Cause[]): string {
  const counts = severities.flatMap((severity) => {
    const count = causes.filter((each) => each.severity === severity).length;
    return count === 0 ? [] : [`<span class="severity ${severity}">${count} ${severity}</span>`];
  });
  return `<p class="severities"><a href="#causes">${many(causes.length, 'cause')}</a>: ${counts.join(' ')}</p>`;
}

function countsHtml(counts: Summary['counts'], strict: boolean): string {
  const items = sumsOf(counts, strict).map(
    ({ sum, count, among }) => `<li class="${sum}"><b>${count}</b> ${sum}${among}</li>`,
  );
  return `<ul class="counts">${items.join(' ')}</ul>`;
}

/** A bar with the share of each outcome, as in the counts below. */
function barHtml(counts: Summary['counts'], total: number): string {
  let x = 0;
  const parts = marks.flatMap((outcome) => {
    const width = total === 0 ? 0 : (counts[outcome] / total) * 1000;
    const part = `<rect class="${outcome}" x="${x.toFixed(2)}" width="${width.toFixed(2)}" height="8"/>`;
    x += width;
    return width === 0 ? [] : [part];
  });
  return `<svg class="bar" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">${parts.join('')}</svg>`;
}

/** What was not checked, and what would make it possible. */
function reasonsHtml(reasons: ReadonlyMap<string, number>): readonly string[] {
  if (reasons.size === 0) return [];
  const total = [...reasons.values()].reduce((sum, count) => sum + count, 0);
  const sorted = [...reasons].sort(([, a], [, b]) => b - a);
  const items = sorted
    .slice(0, mostReasons)
    .map(([reason, count]) => `<li>${escapeHtml(visible(reason))} <span class="number">${count}</span></li>`);
  const more = sorted.length - items.length;
  return [
    `<details class="reasons"><summary>${many(total, 'scenario')} did not run</summary>\n<ul>\n${items.join('\n')}\n${more > 0 ? `<li>… and ${many(more, 'more reason')}</li>\n` : ''}</ul></details>`,
  ];
}
