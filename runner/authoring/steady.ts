import { isWords, type Value } from '../value.ts';
import { escapeText, isPlain } from './pieces.ts';
import type { Written } from './written.ts';

/** A matcher for a list of words; `undefined` for other values, which differ each time. */
export function steadyValue(value: Value | undefined): Written | undefined {
  if (!isWords(value)) return undefined;
  const optional = value.optional ?? [];
  const steady = value.words.filter((word) => !optional.includes(word) && isPlain(word) && word !== '');
  return steady.length === 0 ? undefined : [...new Set(steady.map(escapeText))];
}
