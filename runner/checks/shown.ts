import { limits } from './limits.ts';

/** A text's lines for the transcript: so many of them, each so long, and how many were left out. */
export function shownLines(text: string, most: number = limits.shownLines): readonly string[] {
  if (text === '') return [];
  const lines = text.replace(/\r?\n$/, '').split('\n');
  const shown = lines.slice(0, most).map((line) => shownLine(line.replace(/\r$/, '')));
  return lines.length > most ? [...shown, `… ${lines.length - most} more lines`] : shown;
}

export function shownLine(line: string): string {
  return line.length <= limits.shownLine ? line : `${line.slice(0, limits.shownLine)}… (${line.length} characters)`;
}
