/** The beginning of a string that is too long to keep or to show. */
export interface Excerpt {
  readonly kind: 'excerpt';
  readonly start: string;
  /** Length of the whole string in UTF-16 units; for octets read as Latin-1, their number. */
  readonly length: number;
}

/**
 * A string in a result. Only the beginning of a long one: a reply may have megabytes, and the transcript has it anyway.
 */
export type Kept = string | Excerpt;

/** The string, or its kept beginning. */
export function startText(text: Kept): string {
  return typeof text === 'string' ? text : text.start;
}

/** The most characters of a string that are kept and shown. */
const longestText = 500;
/** The same for a line of a reply, and for octets shown next to a code or status: what fits into a line or two. */
const longestLine = 200;

/** The beginning of the text, cut between words if possible. */
export function excerptOf(text: string): Kept {
  if (text.length <= longestText) return text;
  const start = text.slice(0, longestText);
  const space = start.search(/\s\S*$/);
  return { kind: 'excerpt', start: space > longestText / 2 ? start.slice(0, space) : start, length: text.length };
}

export function lineExcerptOf(text: string): Kept {
  return startOf(text, longestLine);
}

/** The beginning of the text, cut anywhere. */
export function startOf(text: string, longest: number): Kept {
  return text.length <= longest ? text : { kind: 'excerpt', start: text.slice(0, longest), length: text.length };
}
