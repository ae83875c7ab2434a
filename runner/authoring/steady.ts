import { isWords, type Value } from '../value.ts';
import { escapeText, isPlain } from './pieces.ts';
import type { Written } from './written.ts';

/** A list of words as a matcher that it meets; none for other values, which are new each time. */
export function steadyValue(value: Value | undefined): Written | undefined {
  if (!isWords(value)) return undefined;
  const optional = value.optional ?? [];
  const steady = value.words.filter((word) => !optional.includes(word) && isPlain(word) && word !== '');
  return steady.length === 0 ? undefined : [...new Set(steady.map(escapeText))];
}
