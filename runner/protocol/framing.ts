import { dotUnstuff, isFinalDot } from './dot.ts';

/** How an expectation defines the end of a reply: a line with only a dot (RFC 3977 section 3.1.1), or a given line. */
export type Framing = { readonly ends: 'dot' } | { readonly ends: 'line'; readonly line: string };

export function isSameFraming(one: Framing | undefined, other: Framing | undefined): boolean {
  if (one === other) return true;
  if (one?.ends === 'line' && other?.ends === 'line') return one.line === other.line;
  return one?.ends === other?.ends;
}

/** Whether a line, without its line ending, ends the reply. */
export function isLastLine(framing: Framing, line: string): boolean {
  return framing.ends === 'dot' ? isFinalDot(line) : line === framing.line;
}

/** A line before the last one, without the dot that the server added (RFC 1939 section 3). */
export function bodyLine(framing: Framing, line: string): string {
  return framing.ends === 'dot' ? dotUnstuff(line) : line;
}
