import { decodeText } from '../encoding.ts';
import type { Value } from '../value.ts';
import { limitError, limits } from './limits.ts';
import { decodeLines } from './octets.ts';
import { accept, atEnd, expect, fail, isNext, peek, run, type Scanner } from './scanner.ts';

// The tokens that the grammars of IMAP (RFC 9051 section 9) and ManageSieve (RFC 5804 section 4) share.

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x28;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const PLUS = 0x2b;
const ZERO = 0x30;

/** A class of octets, by octet. Octets above 127 belong to it: servers send UTF-8 where the grammar has atoms. */
function octetsExcept(specials: string): Uint8Array {
  const table = new Uint8Array(256);
  for (let octet = 0x21; octet < 256; octet++) table[octet] = octet === 0x7f ? 0 : 1;
  for (const special of specials) table[special.charCodeAt(0)] = 0;
  return table;
}

// RFC 9051 section 9, "atom-specials" and "astring-char".
const atomOctets = octetsExcept('(){%*"\\]');
const astringOctets = octetsExcept('(){%*"\\');
/** What a value of an unknown item may consist of, lists and strings apart: sets have `*`, flags `\`. */
const looseOctets = octetsExcept('(){"');

/** What names of FETCH items and sections consist of. */
const itemOctets = new Uint8Array(256);
for (const octet of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_'))
  itemOctets[octet] = 1;

export function atom(scanner: Scanner): string {
  return run(scanner, atomOctets, 'an atom');
}

/** The name of a FETCH item without its section, or a word of a section. */
export function itemText(scanner: Scanner, expected: string): string {
  return run(scanner, itemOctets, expected);
}

/** Digits, as a number; as text where a number would not be exact (RFC 9051's number64 goes to 2^63-1). */
export function number(scanner: Scanner): number | string {
  const start = scanner.at;
  let at = start;
  while (at < scanner.end && isDigit(scanner.octets[at])) at++;
  if (at === start) fail(scanner, 'a number');
  scanner.at = at;
  const digits = scanner.octets.toString('latin1', start, at);
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : digits;
}

function isDigit(octet: number | undefined): boolean {
  return octet !== undefined && octet >= ZERO && octet <= 0x39;
}

/** "quoted" / literal / literal8. */
export function string(scanner: Scanner): string {
  const next = peek(scanner);
  if (next === QUOTE) return quoted(scanner);
  if (next === OPEN_BRACE || next === 0x7e) return literal(scanner);
  return fail(scanner, 'a string');
}

export function astring(scanner: Scanner): string {
  return isString(scanner) ? string(scanner) : run(scanner, astringOctets, 'an atom or a string');
}

export function nstring(scanner: Scanner): string | null {
  return nil(scanner) ? null : string(scanner);
}

export function isString(scanner: Scanner): boolean {
  const next = peek(scanner);
  return next === QUOTE || next === OPEN_BRACE || (next === 0x7e && scanner.octets[scanner.at + 1] === OPEN_BRACE);
}

/** Whether NIL stands here; and behind it where it does. */
export function nil(scanner: Scanner): boolean {
  const { octets, at, end } = scanner;
  if (at + 3 > end || octets.toString('latin1', at, at + 3).toUpperCase() !== 'NIL') return false;
  if (at + 3 < end && astringOctets[octets[at + 3] ?? 0] === 1) return false;
  scanner.at = at + 3;
  return true;
}

function quoted(scanner: Scanner): string {
  const { octets, end } = scanner;
  const start = scanner.at + 1;
  let escapes = false;
  for (let at = start; at < end; at++) {
    const octet = octets[at];
    if (octet === QUOTE) {
      scanner.at = at + 1;
      const text = decodeText(octets, start, at);
      return escapes ? text.replace(/\\(.)/gs, '$1') : text;
    }
    if (octet === BACKSLASH) {
      escapes = true;
      at++;
      // RFC 9051 section 9, "quoted-specials".
      if (octets[at] !== QUOTE && octets[at] !== BACKSLASH) {
        scanner.at = at;
        return fail(scanner, '"\\"" or "\\\\" after a backslash');
      }
    } else if (octet === CR || octet === LF || octet === 0) {
      scanner.at = at;
      return fail(scanner, 'a character that quotes may hold');
    }
  }
  return fail(scanner, 'a closing quote');
}

function literal(scanner: Scanner): string {
  const { octets } = scanner;
  accept(scanner, '~');
  expect(scanner, '{');
  const count = number(scanner);
  if (peek(scanner) === PLUS) scanner.at++;
  if (peek(scanner) !== CLOSE_BRACE) fail(scanner, '"}"');
  const start = scanner.at + 3;
  const end = start + Number(count);
  if (octets[scanner.at + 1] !== CR || octets[scanner.at + 2] !== LF || end > scanner.end) fail(scanner, 'a literal');
  scanner.at = end;
  return decodeLines(octets.subarray(start, end));
}

/** Between parentheses: items with one space between them. */
export function list<T>(scanner: Scanner, read: (scanner: Scanner) => T): T[] {
  const items: T[] = [];
  nested(scanner, () => {
    if (isNext(scanner, ')')) return;
    do {
      countItem(scanner);
      items.push(read(scanner));
    } while (accept(scanner, ' '));
  });
  return items;
}

/** Between parentheses, one level deeper. */
export function nested<T>(scanner: Scanner, read: (scanner: Scanner) => T): T {
  expect(scanner, '(');
  if (++scanner.depth > limits.deepestList) throw limitError('deepestList', scanner.octets);
  const value = read(scanner);
  expect(scanner, ')');
  scanner.depth--;
  return value;
}

export function countItem(scanner: Scanner): void {
  if (++scanner.items > limits.mostListItems) throw limitError('mostListItems', scanner.octets);
}

/** NIL, or a list. */
export function nilOr<T>(scanner: Scanner, read: (scanner: Scanner) => T): T | null {
  return nil(scanner) ? null : read(scanner);
}

/** A value of an extension: a string, a number, NIL, an atom, or a list of these. RFC 9051 section 9, "body-extension". */
export function anyValue(scanner: Scanner): Value {
  if (isNext(scanner, '(')) return list(scanner, anyValue);
  if (isString(scanner)) return string(scanner);
  if (nil(scanner)) return null;
  const text = run(scanner, looseOctets, 'a value');
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}

/** The same, but as it stands on the wire: where what it means is not known. */
export function anyText(scanner: Scanner): string {
  const start = scanner.at;
  anyValue(scanner);
  return decodeLines(scanner.octets.subarray(start, scanner.at));
}

/** Words with spaces between them, up to the end. More than one space is borne: it changes nothing. */
export function wordsToEnd(scanner: Scanner): string[] {
  const found: string[] = [];
  while (!atEnd(scanner)) {
    if (peek(scanner) === SPACE) {
      scanner.at++;
      continue;
    }
    countItem(scanner);
    found.push(word(scanner));
  }
  return found;
}

/** A flag or keyword: an atom that may begin with a backslash, or `\*`. RFC 9051 section 9, "flag-perm". */
export function word(scanner: Scanner): string {
  if (!accept(scanner, '\\')) return run(scanner, astringOctets, 'a word');
  return accept(scanner, '*') ? '\\*' : `\\${atom(scanner)}`;
}

export function isOpening(scanner: Scanner): boolean {
  return peek(scanner) === OPEN;
}
