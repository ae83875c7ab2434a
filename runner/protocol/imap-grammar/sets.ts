import { isNumberSet, numbersOfSet } from '../../number-set.ts';
import { type Value, words } from '../../value.ts';
import { limitError, limits } from '../limits.ts';
import { fail, noteInstead, production, type Scanner } from '../scanner.ts';
import { word } from '../tokens.ts';

/**
 * RFC 9051 section 9, "uid-set" (and "sequence-set" without "*"): one number, or several as words that keep the set's
 * text.
 */
export function uidSet(scanner: Scanner, list: 'ordered' | 'unordered'): Value {
  return production(scanner, 'uid-set', () => {
    const start = scanner.at;
    const text = word(scanner);
    if (!isNumberSet(text)) {
      scanner.at = start;
      fail(scanner, 'a set of UIDs');
    }
    const numbers = numbersOfSet(text, limits.mostListItems);
    if (numbers === undefined) throw limitError('mostListItems', scanner.octets, undefined);
    const end = scanner.at;
    scanner.at = start;
    if (text.split(/[:,]/).some((each) => !isPositive32(each))) {
      noteInstead(scanner, 'range', 'numbers from 1 to 2^32-1');
    }
    scanner.at = end;
    const value = Number(text);
    return Number.isSafeInteger(value) ? value : words(numbers, { text, caseless: false, list });
  });
}

function isPositive32(digits: string): boolean {
  return !digits.startsWith('0') && Number(digits) < 2 ** 32;
}
