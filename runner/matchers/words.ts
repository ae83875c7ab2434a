import type { Words } from '../value.ts';

export function sameWord(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** Words are a set: each once. */
export function distinctWords(value: Words): readonly string[] {
  return [...new Map(value.words.map((word) => [value.caseless ? word.toLowerCase() : word, word])).values()];
}

export function isOptional(value: Words, word: string): boolean {
  return value.optional?.some((each) => sameWord(each, word)) ?? false;
}

/** The words that count: all but those that are optional and not named. */
export function effectiveWords(value: Words, named: readonly string[]): readonly string[] {
  return distinctWords(value).filter((word) => !isOptional(value, word) || named.some((each) => sameWord(each, word)));
}
