import { type Excerpt, excerptOf, type Kept, lineExcerptOf } from '../excerpt.ts';
import { counted } from '../phrase.ts';
import type { Text } from '../plan.ts';
import { visible } from '../visible.ts';

/** Text as its author wrote it: values known only at run time appear as names. */
export function written(text: Text): string {
  if (typeof text === 'string') return text;
  return text.parts
    .map((part) => (typeof part === 'string' ? part : `\${${[part.name, ...part.filters].join('|')}}`))
    .join('');
}

/** The part of a text that is shown: of a long one, its beginning. */
export function shownOf(text: Text | Excerpt): Kept {
  if (typeof text === 'object' && 'kind' in text) return text;
  return excerptOf(written(text));
}

/** A text in quotes, with control characters visible. */
export function quote(text: Text | Excerpt): string {
  const shown = shownOf(text);
  return typeof shown === 'string' ? `"${visible(shown)}"` : `"${visible(shown.start)}…" (${shown.length} characters)`;
}

/** Octets in quotes, with their total number. */
export function quoteOctets(octets: Kept): string {
  const shown = typeof octets === 'string' ? lineExcerptOf(octets) : octets;
  return typeof shown === 'string' ? `"${visible(shown)}"` : `"${visible(shown.start)}" … (${shown.length} octets)`;
}

/** A line of a reply, without quotes. */
export function shownLine(line: Kept): string {
  const shown = typeof line === 'string' ? lineExcerptOf(line) : line;
  return typeof shown === 'string' ? visible(shown) : `${visible(shown.start)}…`;
}

/** The most items of a list and fields of a record that are shown. */
const mostItems = 10;

/** `"a", "b", "c"`, and how many more there are. @param more how many are not among the items */
export function enumerate<T>(items: readonly T[], words: (item: T) => string, more = 0): string {
  const left = Math.max(0, items.length - mostItems) + more;
  const shown = items.slice(0, mostItems).map(words).join(', ');
  return left === 0 ? shown : `${shown}, … ${left} more`;
}

/** `a, b or c` */
export function either(items: readonly string[]): string {
  return joined(items, 'or');
}

/** `a, b and c` */
export function all(items: readonly string[]): string {
  return joined(items, 'and');
}

function joined(items: readonly string[], word: string): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`;
}

/** Several lines: line breaks (also CRLF) stay, and every other control character becomes visible. */
export function visibleText(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => visible(line))
    .join('\n');
}

/**
 * At most `limit` UTF-16 units of a text and the number of the rest; never half a surrogate pair. A text that would not
 * become shorter stays complete.
 */
export function shortened(text: string, limit: number): string {
  const last = text.charCodeAt(limit - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit;
  const rest = `… (${counted(text.length - end)} more characters)`;
  return text.length <= limit + rest.length ? text : `${text.slice(0, end)}${rest}`;
}

/** At most about `limit` units: the important parts of a log line are at its beginning and usually at its end. */
export function middleLeftOut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const start = Math.floor(limit * 0.6);
  const parts = [text.slice(0, start), text.slice(text.length - (limit - start))];
  return parts.map((each) => each.replace(/[\ud800-\udbff]$|^[\udc00-\udfff]/g, '').trim()).join(' … ');
}

/** The same without the number of the rest. */
export function cutText(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}
