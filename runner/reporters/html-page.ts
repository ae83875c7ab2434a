import { createHash } from 'node:crypto';
import { measured } from '../duration.ts';
import type { Contact } from '../observed.ts';
import { judgedNothing } from '../outcomes.ts';
import { many } from '../phrase.ts';
import type { Outcome, Summary } from '../result.ts';
import { visible } from '../visible.ts';
import { noteWords, outcomes, shortfallWords, unneededWords } from '../words/outcome.ts';
import { escapeHtml } from './html-escape.ts';
import type { Entry } from './html-scenario.ts';
import { filterRules, style } from './html-style.ts';
import { timeOf } from './json-text.ts';
import { referenceHtml } from './references.ts';
import { closing } from './summary.ts';

export interface PageOptions {
  /** The run's. */
  readonly id: string;
  readonly started: number;
  readonly summary: Summary;
  readonly strict: boolean;
  /** Why scenarios were blocked, a line a cause. */
  readonly blocked: readonly string[];
  /** The servers that scenarios were connected to, each address once. */
  readonly tested: readonly Contact[];
  /** What `--rerun-failed` is put behind. */
  readonly rerun?: string;
  readonly version?: string;
}

/** Failures whose dialogue is open from the beginning; with more the page is no longer read from its top. */
const mostOpen = 20;
/** Failures named at the top. */
const mostNamed = 100;
/** Tags to choose from, the most used. */
const mostTags = 40;

const marks = Object.keys(outcomes) as Outcome[];

/** The whole page. */
export function page(entries: readonly Entry[], options: PageOptions): string {
  const { summary } = options;
  const tags = tagsOf(entries);
  const shown = marks.filter((outcome) => entries.some((entry) => entry.outcome === outcome));
  const css = `${style}${filterRules(shown, tags.length)}`;
  const title = `mailspec: ${closing(summary.counts, options.strict)}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(css)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${css}</style>
</head>
<body>
<header>
<h1>${headline(summary, options.strict)}</h1>
${factsHtml(options)}
${namedFailures(entries)}</header>
${filters(entries, shown, tags)}<main>
${suitesHtml(entries, tags)}</main>
<footer><p>mailspec${options.version === undefined ? '' : ` ${escapeHtml(options.version)}`}</p></footer>
</body>
</html>
`;
}

/** Whatever a server might smuggle in: nothing runs, nothing is loaded, no style but this one applies. */
function policy(css: string): string {
  const hash = createHash('sha256').update(css).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

function headline(summary: Summary, strict: boolean): string {
  const { counts } = summary;
  const failed = counts.failed + (strict ? counts.warning : 0);
  const unjudged = counts.errored + counts.blocked;
  const [verdict, kind] =
    failed > 0
      ? [`${failed} of ${many(summary.total, 'scenario')} failed`, 'failed']
      : unjudged > 0
        ? [`${unjudged} of ${many(summary.total, 'scenario')} could not be judged`, 'errored']
        : summary.interrupted
          ? ['Interrupted', 'warning']
          : summary.total === 0
            ? ['Nothing ran', 'skipped']
            : (summary.shortfalls ?? []).length > 0
              ? ['Not enough was tested', 'failed']
              : judgedNothing(counts)
                ? ['No scenario ran', 'errored']
                : [passedHeadline(summary), 'passed'];
  return `<span class="verdict ${kind}">${verdict}</span>`;
}

function passedHeadline({ counts, total }: Summary): string {
  const left = counts.skipped + counts.not_run;
  return left === 0
    ? `All passed: ${many(total, 'scenario')}`
    : `Passed: ${total - left} of ${many(total, 'scenario')}`;
}

/** Enough for every server of a configuration, over both address families. */
const mostTested = 20;

function testedHtml(tested: readonly Contact[]): readonly string[] {
  if (tested.length === 0) return [];
  const items = tested.slice(0, mostTested).map(({ server, address, greeting }) => {
    const said = greeting === undefined ? '' : ` <span class="place">${escapeHtml(greeting)}</span>`;
    return `<li><b>${escapeHtml(server)}</b> ${escapeHtml(address)}${said}</li>`;
  });
  const more = tested.length - mostTested;
  return [
    `<h2>What was tested</h2>\n<ul>\n${items.join('\n')}\n${more > 0 ? `<li>… and ${more} more</li>\n` : ''}</ul>`,
  ];
}

function factsHtml({ id, started, summary, rerun, blocked, tested }: PageOptions): string {
  const { counts } = summary;
  const sums = marks
    .filter((outcome) => counts[outcome] > 0)
    .map(
      (outcome) =>
        `<li class="${outcome}"><b>${counts[outcome]}</b> ${outcomes[outcome].counted[counts[outcome] === 1 ? 0 : 1]}</li>`,
    );
  const time = timeOf(started);
  return [
    ...(sums.length > 0 ? [`<ul class="counts">${sums.join(' ')}</ul>`] : []),
    `<p class="run"><time datetime="${time}">${time.slice(0, 10)} ${time.slice(11, 19)} UTC</time>, ${measured(summary.duration)}, run ${escapeHtml(visible(id))}, exit status ${summary.exitStatus}</p>`,
    ...testedHtml(tested),
    ...blocked.map((line) => `<p class="blocked">${escapeHtml(line)}</p>`),
    ...(summary.unneeded ?? []).map((each) => `<p class="warned">${escapeHtml(unneededWords(each))}</p>`),
    ...(summary.notes ?? []).map((each) => `<p class="warned">${escapeHtml(visible(noteWords(each)))}</p>`),
    ...(summary.shortfalls ?? []).map((each) => `<p class="shortfall">${escapeHtml(shortfallWords(each))}</p>`),
    ...(summary.interrupted
      ? [`<p class="warned">Interrupted: ${counts.not_run} of ${many(summary.total, 'scenario')} did not run</p>`]
      : []),
    ...(rerun !== undefined && counts.failed + counts.errored > 0
      ? [`<p class="rerun">Run the failed ones again: <code>${escapeHtml(`${rerun} --rerun-failed`)}</code></p>`]
      : []),
  ].join('\n');
}

function namedFailures(entries: readonly Entry[]): string {
  const failing = entries.filter(({ isFailing }) => isFailing);
  if (failing.length === 0) return '';
  const items = failing
    .slice(0, mostNamed)
    .map(
      ({ anchor, outcome, title, why, suite }) =>
        `<li class="${outcome}"><a href="#${anchor}">${escapeHtml(title)}</a> <span class="place">${escapeHtml(visible(suite.file))}</span><br>${escapeHtml(why)}</li>`,
    );
  const more = failing.length - mostNamed;
  return `<nav aria-label="What did not pass"><h2>What did not pass</h2>
<ul class="failures">
${items.join('\n')}
${more > 0 ? `<li>… and ${more} more</li>\n` : ''}</ul></nav>
`;
}

interface Tag {
  readonly name: string;
  readonly count: number;
}

function tagsOf(entries: readonly Entry[]): readonly Tag[] {
  const counts = new Map<string, number>();
  for (const tag of entries.flatMap((entry) => [...new Set(entry.tags)])) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const all = [...counts].map(([name, count]) => ({ name, count }));
  return all.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)).slice(0, mostTags);
}

/** Radio buttons that the style sheet reads: shown by it alone, so that a page without styles has none that do nothing. */
function filters(entries: readonly Entry[], shown: readonly Outcome[], tags: readonly Tag[]): string {
  if (entries.length < 2) return '';
  const count = (outcome: Outcome) => entries.filter((entry) => entry.outcome === outcome).length;
  const radio = (name: string, id: string, label: string, number: number) =>
    `<label><input type="radio" name="${name}" id="${id}"${id.endsWith('-all') ? ' checked' : ''}> ${label} <span class="number">${number}</span></label>`;
  const statuses = [
    radio('status', 'status-all', 'all', entries.length),
    ...shown.map((outcome) => radio('status', `status-${outcome}`, outcomes[outcome].counted[1], count(outcome))),
  ];
  const tagged = tags.map(({ name, count: number }, at) => radio('tag', `tag-${at}`, escapeHtml(name), number));
  return `<form class="filters" hidden autocomplete="off" aria-label="Which scenarios to show">
<fieldset><legend>Outcome</legend>${statuses.join('\n')}</fieldset>
${tags.length > 0 ? `<details><summary>Tags</summary><fieldset aria-label="Tag">${[radio('tag', 'tag-all', 'any', entries.length), ...tagged].join('\n')}</fieldset></details>\n` : ''}</form>
`;
}

function suitesHtml(entries: readonly Entry[], tags: readonly Tag[]): string {
  const numbers = new Map(tags.map(({ name }, at) => [name, at]));
  const suites = new Map<string, Entry[]>();
  for (const entry of entries) {
    const known = suites.get(entry.suite.file);
    if (known) known.push(entry);
    else suites.set(entry.suite.file, [entry]);
  }
  let open = 0;
  const scenario = (entry: Entry) => {
    const classes = [
      'scenario',
      entry.outcome,
      ...entry.tags.flatMap((tag) => (numbers.has(tag) ? [`t${numbers.get(tag)}`] : [])),
    ];
    const isOpen = entry.isFailing && open++ < mostOpen;
    return `<details class="${classes.join(' ')}" id="${entry.anchor}"${isOpen ? ' open' : ''}><summary>${entry.heading}</summary>
<div class="body">
${entry.body}</div></details>
`;
  };
  return [...suites.values()].map((list) => `${suiteHead(list)}${list.map(scenario).join('')}</section>\n`).join('');
}

function suiteHead([first]: readonly Entry[]): string {
  if (!first) return '';
  const { title, file, description, references } = first.suite;
  return [
    '<section class="suite">',
    `<h2>${escapeHtml(visible(title))} <span class="place">${escapeHtml(visible(file))}</span></h2>`,
    ...(description === undefined ? [] : [`<p class="description">${escapeHtml(description)}</p>`]),
    ...(references.length > 0 ? [`<p class="references">${references.map(referenceHtml).join(', ')}</p>`] : []),
    '',
  ].join('\n');
}
