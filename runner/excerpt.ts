/** The beginning of a string that is too long to keep, or to show. */
export interface Excerpt {
  readonly kind: 'excerpt';
  readonly start: string;
  /** Of the whole, in UTF-16 units; of octets read as Latin-1, their number. */
  readonly length: number;
}

/** A string as results hold it. Of a long one only the beginning: a reply may have megabytes, and the transcript has it anyway. */
export type Kept = string | Excerpt;

/** The string, or its kept beginning. */
export function startText(text: Kept): string {
  return typeof text === 'string' ? text : text.start;
}

/** Characters of a string that are kept and shown. */
const longestText = 500;
/** Of a reply's line, and of octets, which stand beside a code or a status: what fits a line or two. */
const longestLine = 200;

/** Cut between words where that is possible. */
export function excerptOf(text: string): Kept {
  if (text.length <= longestText) return text;
  const start = text.slice(0, longestText);
  const space = start.search(/\s\S*$/);
  return { kind: 'excerpt', start: space > longestText / 2 ? start.slice(0, space) : start, length: text.length };
}

export function lineExcerptOf(text: string): Kept {
  return startOf(text, longestLine);
}

/** Cut anywhere. */
export function startOf(text: string, longest: number): Kept {
  return text.length <= longest ? text : { kind: 'excerpt', start: text.slice(0, longest), length: text.length };
}
