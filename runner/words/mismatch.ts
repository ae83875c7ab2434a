import type { Mismatch } from '../mismatch.ts';
import { visible } from '../visible.ts';
import { actualWords, cameWords } from './actual.ts';
import { expectedWords } from './expected.ts';
import { shortened, visibleText } from './text.ts';

/** The most characters shown of an expected or actual value; a reply may have megabytes. */
const longestValue = 1_000;
/** The most missing or extra items that are shown. */
const mostParts = 20;
/** The longest note next to the carets, which must be readable at a glance. */
const longestNote = 40;

/**
 * A mismatch in words, one line for each value, below the part's name.
 * @param place its place, if that is not shown anyway
 */
export function mismatchLines(mismatch: Mismatch, place?: string): string[] {
  const { path, expected } = mismatch;
  const heading = [
    ...(path === '' ? [] : [visible(path)]),
    ...(place === undefined ? [] : [`(${visible(place)})`]),
  ].join(' ');
  const [missing, extra] = [missingWords(mismatch), extraWords(mismatch)];
  const values = [
    ...labelled('expected', shortened(expectedWords(expected), longestValue)),
    ...labelled('actual', shortened(actualWords(mismatch), longestValue)),
    ...(missing.length === 0 ? [] : labelled('missing', list(missing))),
    ...(extra.length === 0 ? [] : labelled('extra', list(extra, mismatch.moreExtra))),
  ];
  return heading === '' ? values : [heading, ...values.map((line) => `  ${line}`)];
}

/** The missing items: names as they are, expected values in words. */
export function missingWords({ missing = [] }: Mismatch): readonly string[] {
  return missing.map((each) => (each.kind === 'name' ? each.name : expectedWords(each)));
}

export function extraWords({ extra = [] }: Mismatch): readonly string[] {
  return extra.map((each) => (each.kind === 'name' ? each.name : cameWords(each)));
}

/** The note next to the carets: `actual: 334`; `undefined` if it would be too long. */
export function mismatchNote(mismatch: Mismatch): string | undefined {
  const actual = actualWords(mismatch);
  return actual === '' || actual.length > longestNote || actual.includes('\n')
    ? undefined
    : `actual: ${visible(actual)}`;
}

/** Values are aligned below each other, and so are the further lines of a value. */
function labelled(label: string, value: string): string[] {
  const [first = '', ...more] = visibleText(value).replace(/\n$/, '').split('\n');
  return [`${`${label}:`.padEnd(10)}${first}`.trimEnd(), ...more.map((line) => `${' '.repeat(10)}${line}`)];
}

/** As many items as fit, but at least one. */
function list(items: readonly string[], more = 0): string {
  const words = items.slice(0, mostParts).map((each) => shortened(visible(each), longestValue));
  let length = 0;
  const fitting = words.findIndex((each, at) => {
    length += each.length;
    return at > 0 && length > longestValue;
  });
  const shown = fitting === -1 ? words : words.slice(0, fitting);
  const left = items.length - shown.length + more;
  return left > 0 ? `${shown.join(', ')}, and ${left} more` : shown.join(', ');
}
