import { many } from '../phrase.ts';
import type { Outcome } from '../result.ts';
import { outcomes } from '../words/outcome.ts';
import { escapeHtml } from './html-escape.ts';
import type { Entry } from './html-scenario.ts';

/** The most tags to choose from; the most frequent ones are offered. */
const mostTags = 40;

export interface Tag {
  readonly name: string;
  readonly count: number;
}

export function tagsOf(entries: readonly Entry[]): readonly Tag[] {
  const counts = new Map<string, number>();
  for (const tag of entries.flatMap((entry) => [...new Set(entry.tags)])) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const all = [...counts].map(([name, count]) => ({ name, count }));
  return all.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)).slice(0, mostTags);
}

/**
 * Radio buttons for the style sheet, which makes them visible, so that a page without styles has no useless controls.
 * The script does the same for the search field and the buttons.
 */
export function filtersHtml(entries: readonly Entry[], shown: readonly Outcome[], tags: readonly Tag[]): string {
  if (entries.length < 2) return '';
  const count = (outcome: Outcome) => entries.filter((entry) => entry.outcome === outcome).length;
  const radio = (name: string, id: string, label: string, number: number) =>
    `<label><input type="radio" name="${name}" id="${id}"${id.endsWith('-all') ? ' checked' : ''}> ${label} <span class="number">${number}</span></label>`;
  const statuses = [
    radio('status', 'status-all', 'all', entries.length),
    ...shown.map((outcome) => radio('status', `status-${outcome}`, outcomes[outcome].counted[1], count(outcome))),
  ];
  const tagged = tags.map(({ name, count: number }, at) => radio('tag', `tag-${at}`, escapeHtml(name), number));
  return `<form class="filters" hidden autocomplete="off" role="search" aria-label="Which scenarios to show">
<fieldset><legend>Outcome</legend>${statuses.join('\n')}</fieldset>
${tags.length > 0 ? `<details><summary>Tags</summary><fieldset aria-label="Tag">${[radio('tag', 'tag-all', 'any', entries.length), ...tagged].join('\n')}</fieldset></details>\n` : ''}<div class="search" hidden><label for="search">Search</label> <input type="search" id="search" placeholder="name, suite, tag, or what was said" aria-describedby="found"> <output id="found" for="search">${many(entries.length, 'scenario')}</output></div>
<div class="tools" hidden><button type="button" id="expand">Expand all</button> <button type="button" id="collapse">Collapse all</button></div>
</form>
`;
}
