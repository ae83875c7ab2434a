import type { Mismatch } from '../result.ts';
import { visible } from '../visible.ts';
import { shortened, visibleText } from './text.ts';

/** Characters shown of an expected or actual value; a reply may have megabytes. */
const longestValue = 1_000;
/** Items shown of what is missing or extra. */
const mostItems = 20;
/** Beside the carets, where it is read first, only what is read at a glance. */
const longestNote = 40;

/**
 * A mismatch in words, a line each, the values below the part's name: the only place that words one.
 * @param place where it stands, when that isn't shown anyway
 */
export function mismatchLines(mismatch: Mismatch, place?: string): string[] {
  const { path, expected, actual, missing = [], extra = [] } = mismatch;
  const heading = [
    ...(path === '' ? [] : [visible(path)]),
    ...(place === undefined ? [] : [`(${visible(place)})`]),
  ].join(' ');
  const values = [
    ...labelled('expected', shortened(expected, longestValue)),
    ...labelled('actual', shortened(actual, longestValue)),
    ...(missing.length === 0 ? [] : labelled('missing', list(missing))),
    ...(extra.length === 0 ? [] : labelled('extra', list(extra))),
  ];
  return heading === '' ? values : [heading, ...values.map((line) => `  ${line}`)];
}

/** What stands beside the carets: `actual: 334`; none where it would not fit. */
export function mismatchNote(mismatch: Mismatch): string | undefined {
  const { actual } = mismatch;
  return actual === '' || actual.length > longestNote || actual.includes('\n')
    ? undefined
    : `actual: ${visible(actual)}`;
}

/** Values begin below one another, and the further lines of one below its first. */
function labelled(label: string, value: string): string[] {
  const [first = '', ...more] = visibleText(value).replace(/\n$/, '').split('\n');
  return [`${`${label}:`.padEnd(10)}${first}`.trimEnd(), ...more.map((line) => `${' '.repeat(10)}${line}`)];
}

function list(items: readonly string[]): string {
  const shown = items
    .slice(0, mostItems)
    .map((each) => shortened(visible(each), longestValue))
    .join(', ');
  return items.length > mostItems ? `${shown}, and ${items.length - mostItems} more` : shown;
}
