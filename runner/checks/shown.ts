import type { Note } from '../result.ts';
import { limits } from './limits.ts';

/** The lines of a text for the transcript, at most `most`, followed by how many were left out. */
export function shownLines(text: string, label = '', most: number = limits.shownLines): readonly (string | Note)[] {
  if (text === '') return [];
  const lines = text.replace(/\r?\n$/, '').split('\n');
  const shown = lines.slice(0, most).map((line) => shownLine(line.replace(/\r$/, ''), label));
  const left = lines.length - most;
  return left > 0 ? [...shown, `${label}… ${left} more lines`] : shown;
}

/** The transcript cuts long lines itself, after secrets are replaced. */
export function shownLine(text: string, label = ''): string | Note {
  const longest = limits.shownLine;
  return text.length <= longest ? `${label}${text}` : { kind: 'line', label, text, longest };
}
