import { isNumberSet, numbersOfSet } from '../number-set.ts';
import type { Words } from '../value.ts';

export function sameWord(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** Words are a set without duplicates, unless they are a list. */
export function distinctWords(value: Words): readonly string[] {
  if (value.list !== undefined) return value.words;
  return [...new Map(value.words.map((word) => [value.caseless ? word.toLowerCase() : word, word])).values()];
}

/** Whether a text such as `1:3,5` has the same numbers as a list; in the same order, if that matters. */
export function isSameSet({ words, list }: Words, text: string): boolean {
  if (list === undefined || !isNumberSet(text)) return false;
  const numbers = numbersOfSet(text, words.length);
  if (numbers?.length !== words.length) return false;
  if (list === 'ordered') return numbers.every((each, index) => each === words[index]);
  const expected = new Set(numbers);
  return words.every((each) => expected.has(each));
}

export function isOptional(value: Words, word: string): boolean {
  return value.optional?.some((each) => sameWord(each, word)) ?? false;
}

/** The words that count: all except optional ones that are not named. */
export function effectiveWords(value: Words, named: readonly string[]): readonly string[] {
  return distinctWords(value).filter((word) => !isOptional(value, word) || named.some((each) => sameWord(each, word)));
}
