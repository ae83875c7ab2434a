import type { Mismatch } from '../mismatch.ts';
import { visible } from '../visible.ts';
import { actualWords, cameWords } from './actual.ts';
import { expectedWords } from './expected.ts';
import { shortened, visibleText } from './text.ts';

/** Characters shown of an expected or actual value; a reply may have megabytes. */
const longestValue = 1_000;
/** Items shown of what is missing or extra. */
const mostParts = 20;
/** Beside the carets, where it is read first, only what is read at a glance. */
const longestNote = 40;

/**
 * A mismatch in words, a line each, the values below the part's name.
 * @param place where it stands, when that isn't shown anyway
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
    ...(extra.length === 0 ? [] : labelled('extra', list(extra))),
  ];
  return heading === '' ? values : [heading, ...values.map((line) => `  ${line}`)];
}

/** Each of what is missing: names as they are, what was wanted in words. */
export function missingWords({ missing = [] }: Mismatch): readonly string[] {
  return missing.map((each) => (each.kind === 'name' ? each.name : expectedWords(each)));
}

export function extraWords({ extra = [] }: Mismatch): readonly string[] {
  return extra.map((each) => (each.kind === 'name' ? each.name : cameWords(each)));
}

/** What stands beside the carets: `actual: 334`; none where it would not fit. */
export function mismatchNote(mismatch: Mismatch): string | undefined {
  const actual = actualWords(mismatch);
  return actual === '' || actual.length > longestNote || actual.includes('\n')
    ? undefined
    : `actual: ${visible(actual)}`;
}

/** Values begin below one another, and the further lines of one below its first. */
function labelled(label: string, value: string): string[] {
  const [first = '', ...more] = visibleText(value).replace(/\n$/, '').split('\n');
  return [`${`${label}:`.padEnd(10)}${first}`.trimEnd(), ...more.map((line) => `${' '.repeat(10)}${line}`)];
}

/** As many as fit, and at least one. */
function list(items: readonly string[]): string {
  const words = items.slice(0, mostParts).map((each) => shortened(visible(each), longestValue));
  let length = 0;
  const fitting = words.findIndex((each, at) => {
    length += each.length;
    return at > 0 && length > longestValue;
  });
  const shown = fitting === -1 ? words : words.slice(0, fitting);
  const left = items.length - shown.length;
  return left > 0 ? `${shown.join(', ')}, and ${left} more` : shown.join(', ');
}
