import type { Cause } from '../causes/cause.ts';
import { many } from '../phrase.ts';
import type { Remedy } from '../remedy.ts';
import { visible } from '../visible.ts';
import { causeWords, countWords } from '../words/cause.ts';
import { hintOf } from '../words/hint.ts';
import { mismatchLines } from '../words/mismatch.ts';
import { outcomes } from '../words/outcome.ts';
import { productNames } from '../words/remedy.ts';
import { shortened } from '../words/text.ts';
import { exchangeOf, logWords, meaningOf, suiteCounts } from './cause-parts.ts';
import { type FailureOptions, rerunCommand } from './failure.ts';
import { escapeHtml, linkHtml, nameHtml, proseHtml } from './html-escape.ts';
import type { Entry } from './html-scenario.ts';

/** The most causes shown in full; the others are listed by title. */
const mostInFull = 20;
const mostTitles = 200;
/** The most scenarios listed below a cause, and below all causes together. */
const mostMembers = 1_000;
const mostListed = 5_000;
const longestLine = 300;
const mostDifferences = 6;

/** What is wrong, most severe first, and what to do about it, which readers want to know first. */
export function causesHtml(causes: readonly Cause[], entries: readonly Entry[], options: FailureOptions): string {
  if (causes.length === 0) return '';
  const byIndex = new Map(entries.map((entry) => [entry.index, entry]));
  let room = mostListed;
  const inFull = causes.slice(0, mostInFull).map((cause, at) => {
    const members = cause.scenarios.flatMap((index) => byIndex.get(index) ?? []);
    const listed = members.slice(0, Math.min(mostMembers, room));
    room -= listed.length;
    return causeHtml(cause, at, listed, options);
  });
  const titles = causes.slice(mostInFull, mostInFull + mostTitles).map((cause) => {
    const { severity, count, first } = cause;
    return `<li><span class="severity ${severity}">${severity}</span> <a href="#s${first.scenario.index}">${escapeHtml(visible(causeWords(cause)))}</a>${count > 1 ? ` <span class="number">${countWords(cause)}</span>` : ''}</li>`;
  });
  const more = causes.length - inFull.length - titles.length;
  return `<section id="causes" aria-labelledby="causes-title">
<h2 id="causes-title">What is wrong</h2>
${inFull.join('')}${titles.length > 0 ? `<ul class="titles">\n${titles.join('\n')}\n${more > 0 ? `<li>… and ${many(more, 'more cause')}</li>\n` : ''}</ul>\n` : ''}</section>
`;
}

/** The anchor of each scenario's cause that is shown in full, by the scenario's number in the run. */
export function causeAnchors(causes: readonly Cause[]): ReadonlyMap<number, string> {
  return new Map(
    causes
      .slice(0, mostInFull)
      .flatMap(({ scenarios }, at) => scenarios.map((index) => [index, anchorOf(at)] as const)),
  );
}

function anchorOf(at: number): string {
  return `c${at + 1}`;
}

function causeHtml(cause: Cause, at: number, members: readonly Entry[], { rerun }: FailureOptions): string {
  const { severity, count, first, log, remedies } = cause;
  const meaning = meaningOf(cause);
  const hint = first.problem && hintOf(first.problem, first);
  const id = anchorOf(at);
  return `<article class="cause ${severity}" id="${id}" aria-labelledby="${id}-title">
<h3 id="${id}-title"><span class="severity ${severity}">${severity}</span> ${escapeHtml(visible(causeWords(cause)))}${count > 1 ? ` <span class="number">${countWords(cause)}</span>` : ''}</h3>
${[
  ...(meaning === undefined ? [] : [`<p class="meaning">${proseHtml(meaning)}</p>`]),
  ...fixHtml(remedies),
  ...(hint === undefined || first.scenario.suite.shipped ? [] : [`<p class="help">${proseHtml(hint)}</p>`]),
  ...seenHtml(cause),
  ...(log.length === 0
    ? []
    : [
        `<h4>Server log</h4>\n<pre class="log">${log.map((each) => escapeHtml(visible(logWords(each)))).join('\n')}</pre>`,
      ]),
  ...(count > 1 ? [membersHtml(cause, members)] : []),
  `<p class="rerun">Check it again: <code>${escapeHtml(rerunCommand(first, rerun))}</code></p>`,
].join('\n')}
</article>
`;
}

function fixHtml(remedies: readonly Remedy[]): readonly string[] {
  if (remedies.length === 0) return [];
  const items = remedies.map(({ product, text, url }) => {
    const name = product === 'any' ? '' : `<b>${productNames[product]}</b> `;
    const link = url === undefined ? '' : ` ${linkHtml(url, hostOf(url))}`;
    return remedies.length === 1
      ? `<p>${name}${proseHtml(text)}${link}</p>`
      : `<li>${name}${proseHtml(text)}${link}</li>`;
  });
  const list = items.join('\n');
  return [`<div class="fix"><h4>How to fix it</h4>\n${remedies.length === 1 ? list : `<ul>\n${list}\n</ul>`}</div>`];
}

/** The host of an address, as a short text for its link. */
function hostOf(url: string): string {
  return /^https?:\/\/([^/]+)/.exec(url)?.[1] ?? url;
}

/** The decisive exchange or, without one, the expected and the actual value. */
function seenHtml(cause: Cause): readonly string[] {
  const { first } = cause;
  const { suite, name, index } = first.scenario;
  const exchange = exchangeOf(cause);
  const differs = (first.problem?.mismatches ?? []).slice(0, mostDifferences).flatMap((each) => mismatchLines(each));
  const lines = exchange.length > 0 ? exchange : differs;
  return [
    `<h4>Seen in</h4>`,
    `<p><a href="#s${index}">${escapeHtml(visible(name))}</a> <span class="place">${nameHtml(suite.id)}</span></p>`,
    ...(lines.length === 0
      ? []
      : [
          `<pre class="exchange">${lines.map((each) => escapeHtml(visible(shortened(each, longestLine)).replace(/␍␊(?=$| {2}\()/, ''))).join('\n')}</pre>`,
        ]),
  ];
}

/** The scenarios by suite, each a link to its entry below. */
function membersHtml({ suites, count }: Cause, members: readonly Entry[]): string {
  const bySuite = new Map<string, Entry[]>();
  for (const entry of members) {
    const known = bySuite.get(entry.suite.id);
    if (known) known.push(entry);
    else bySuite.set(entry.suite.id, [entry]);
  }
  const lists = [...bySuite].map(
    ([suite, list]) =>
      `<li><span class="place">${nameHtml(suite)}</span>\n<ul>\n${list
        .map(
          ({ anchor, outcome, title }) =>
            `<li class="${outcome}"><span class="mark">${outcomes[outcome].title}</span> <a href="#${anchor}">${escapeHtml(title)}</a></li>`,
        )
        .join('\n')}\n</ul></li>`,
  );
  const more = count - members.length;
  return `<details class="members"><summary>${escapeHtml(suiteCounts({ suites, count }))}</summary>
<ul>
${lists.join('\n')}
${more > 0 ? `<li>… and ${more} more</li>\n` : ''}</ul></details>`;
}
