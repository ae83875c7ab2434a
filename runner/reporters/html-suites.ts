import type { Cause } from '../causes/cause.ts';
import { many } from '../phrase.ts';
import type { Outcome } from '../result.ts';
import { visible } from '../visible.ts';
import { outcomes, suiteWords } from '../words/outcome.ts';
import { causeAnchors } from './html-causes.ts';
import { escapeHtml, nameHtml, proseHtml } from './html-escape.ts';
import type { Tag } from './html-filters.ts';
import type { Entry } from './html-scenario.ts';
import { referenceHtml } from './references.ts';
import { cut } from './text.ts';

/** The most failures whose dialogue is expanded initially, so that the page can still be read from its top. */
const mostOpen = 20;

/** The most characters of the title in a link to another failure. */
const longestTitle = 100;

const order = Object.keys(outcomes) as Outcome[];

/** The most suites that are expanded initially: those with a scenario that shows a cause best. */
const mostOpenSuites = 20;

/**
 * Suites in which something did not pass, then the others. Those that show a cause are expanded; scenarios that only
 * follow from one are listed with the cause.
 */
export function suitesHtml(entries: readonly Entry[], tags: readonly Tag[], causes: readonly Cause[]): string {
  const firsts = new Set(causes.map(({ first }) => first.scenario.index));
  const anchors = causeAnchors(causes);
  const numbers = new Map(tags.map(({ name }, at) => [name, at]));
  const suites = new Map<string, Entry[]>();
  for (const entry of entries) {
    const known = suites.get(entry.suite.file);
    if (known) known.push(entry);
    else suites.set(entry.suite.file, [entry]);
  }
  const lists = [...suites.values()];
  const failing = lists.filter((list) => list.some(({ isFailing }) => isFailing));
  const others = lists.filter((list) => !failing.includes(list));
  const near = nearHtml(failing.flatMap((list) => list.filter(({ isFailing }) => isFailing)));
  let open = 0;
  const scenario = (entry: Entry) => {
    const classes = [
      'scenario',
      entry.outcome,
      ...entry.tags.flatMap((tag) => (numbers.has(tag) ? [`t${numbers.get(tag)}`] : [])),
    ];
    const isOpen = entry.isFailing && firsts.has(entry.index) && open++ < mostOpen;
    return `<details class="${classes.join(' ')}" id="${entry.anchor}"${isOpen ? ' open' : ''}><summary>${entry.heading}</summary>
<div class="body">
${entry.body}${remedyHtml(entry, anchors)}${near.get(entry) ?? ''}</div></details>
`;
  };
  let shown = 0;
  const isShown = (list: readonly Entry[]) => list.some(({ index }) => firsts.has(index)) && shown++ < mostOpenSuites;
  return [
    ...(failing.length === 0
      ? []
      : [
          `<section id="failures" aria-labelledby="failures-title">\n<h2 id="failures-title">What did not pass</h2>\n`,
          ...failing.map((list) => failingHtml(list, scenario, isShown(list))),
          '</section>\n',
        ]),
    ...(others.length === 0
      ? []
      : [
          `<section id="others" aria-labelledby="others-title">\n<h2 id="others-title">${failing.length === 0 ? 'Suites' : 'The other suites'}</h2>\n`,
          ...others.map((list) => otherHtml(list, scenario, entries.length === list.length)),
          '</section>\n',
        ]),
  ].join('');
}

/** Remedies are shown once, with the cause. */
function remedyHtml({ index, remedies }: Entry, anchors: ReadonlyMap<number, string>): string {
  const anchor = anchors.get(index);
  if (anchor !== undefined) return `<p class="remedy"><a href="#${anchor}">What is wrong, and how to fix it</a></p>\n`;
  return remedies.map((each) => `<p class="remedy">${proseHtml(each)}</p>\n`).join('');
}

/** Links from each failure to the one before and the one after it, in their order on the page. */
function nearHtml(failures: readonly Entry[]): ReadonlyMap<Entry, string> {
  const link = (words: string, entry: Entry | undefined) =>
    entry === undefined
      ? ''
      : ` <a href="#${entry.anchor}">${words}: ${escapeHtml(cut(entry.title, longestTitle))}</a>`;
  return new Map(
    failures.flatMap((entry, at) => {
      const links = `${link('Previous failure', failures[at - 1])}${link('Next failure', failures[at + 1])}`;
      return links === '' ? [] : [[entry, `<p class="near">${links}</p>\n`]];
    }),
  );
}

type ScenarioHtml = (entry: Entry) => string;

function failingHtml(list: readonly Entry[], scenario: ScenarioHtml, isOpen: boolean): string {
  const failing = list.filter(({ isFailing }) => isFailing);
  const rest = list.filter(({ isFailing }) => !isFailing);
  const others =
    rest.length === 0
      ? ''
      : `<details class="fold"><summary>${many(rest.length, 'other')}: ${countWords(rest)}</summary>\n${rest.map(scenario).join('')}</details>\n`;
  return foldHtml(list, `${failing.map(scenario).join('')}${others}`, isOpen);
}

function otherHtml(list: readonly Entry[], scenario: ScenarioHtml, isOpen: boolean): string {
  return foldHtml(list, list.map(scenario).join(''), isOpen);
}

function foldHtml(list: readonly Entry[], scenarios: string, isOpen: boolean): string {
  const { suite } = list[0] as Entry;
  return `<details class="suite fold"${isOpen ? ' open' : ''}><summary><h3>${escapeHtml(visible(suite.title))}</h3> <span class="place">${nameHtml(suiteWords(suite))}</span> <span class="sums">${countWords(list)}</span></summary>\n${aboutHtml(list)}${scenarios}</details>\n`;
}

/** `12 passed, 1 skipped` */
function countWords(list: readonly Entry[]): string {
  return order
    .flatMap((outcome) => {
      const count = list.filter((each) => each.outcome === outcome).length;
      return count === 0
        ? []
        : [`<span class="${outcome}"><b>${count}</b> ${outcomes[outcome].counted[count === 1 ? 0 : 1]}</span>`];
    })
    .join(', ');
}

function aboutHtml([first]: readonly Entry[]): string {
  if (!first) return '';
  const { description, references } = first.suite;
  return [
    ...(description === undefined ? [] : [`<p class="description">${proseHtml(description)}</p>\n`]),
    ...(references.length > 0
      ? [`<p class="references">${references.map((each) => referenceHtml(each)).join(', ')}</p>\n`]
      : []),
  ].join('');
}
