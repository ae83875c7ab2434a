import { isUtf8 } from 'node:buffer';
import { decodeText } from '../encoding.ts';
import type { Value } from '../value.ts';
import type { Flaw } from './findings.ts';
import { limitError, limits } from './limits.ts';
import { number } from './numbers.ts';
import { decodeLines } from './octets.ts';
import { accept, atEnd, expect, fail, isNext, note, noteInstead, peek, run, type Scanner } from './scanner.ts';
import { listSeparator, noLeadingSpace, noTrailingSpace, separator } from './spaces.ts';

// The tokens that the grammars of IMAP (RFC 9051 section 9) and ManageSieve (RFC 5804 section 4) have in common.

const CR = 0x0d;
const LF = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x28;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const TILDE = 0x7e;

/** A class of octets, indexed by octet. Octets above 127 are included and noted: some servers send UTF-8 in atoms. */
function octetsExcept(specials: string): Uint8Array {
  const table = new Uint8Array(256);
  for (let octet = 0x21; octet < 256; octet++) table[octet] = octet === 0x7f ? 0 : 1;
  for (const special of specials) table[special.charCodeAt(0)] = 0;
  return table;
}

// RFC 9051 section 9, "atom-specials" and "astring-char".
const atomOctets = octetsExcept('(){%*"\\]');
const astringOctets = octetsExcept('(){%*"\\');
/** The characters of an unknown item's value, except lists and strings: sets have `*`, flags `\`. */
const looseOctets = octetsExcept('(){"');

/** The characters of FETCH items' names and of sections. */
const itemOctets = new Uint8Array(256);
for (const octet of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_'))
  itemOctets[octet] = 1;

export function atom(scanner: Scanner): string {
  return ascii(scanner, (each) => run(each, atomOctets, 'an atom'));
}

/** Reads something that must be US-ASCII. */
function ascii(scanner: Scanner, read: (scanner: Scanner) => string): string {
  const start = scanner.at;
  const text = read(scanner);
  if (isEightBit(scanner.octets, start, scanner.at)) note(scanner, 'eight-bit', 'octets above 127');
  return text;
}

function isEightBit(octets: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((octets[at] ?? 0) > 0x7f) return true;
  return false;
}

/** The name of a FETCH item without its section, or a word of a section. */
export function itemText(scanner: Scanner, expected: string): string {
  return run(scanner, itemOctets, expected);
}

/** "quoted" / literal / literal8. */
export function string(scanner: Scanner): string {
  return stringOrNil(scanner) ?? '';
}

/** The same; null for NIL. */
export function stringOrNil(scanner: Scanner): string | null {
  if (isString(scanner)) return anyString(scanner);
  const start = scanner.at;
  if (nil(scanner)) {
    scanner.at = start;
    noteInstead(scanner, 'nil', 'a string');
    scanner.at = start + 'NIL'.length;
    return null;
  }
  return unquoted(scanner);
}

function anyString(scanner: Scanner): string {
  return peek(scanner) === QUOTE ? quoted(scanner) : literal(scanner);
}

function unquoted(scanner: Scanner): string {
  if (astringOctets[peek(scanner) ?? 0] !== 1) fail(scanner, 'a string');
  noteInstead(scanner, 'unquoted', 'a string');
  return run(scanner, astringOctets, 'a string');
}

export function astring(scanner: Scanner): string {
  return isString(scanner)
    ? anyString(scanner)
    : ascii(scanner, (each) => run(each, astringOctets, 'an atom or a string'));
}

export function nstring(scanner: Scanner): string | null {
  return nil(scanner) ? null : string(scanner);
}

export function isString(scanner: Scanner): boolean {
  const next = peek(scanner);
  return next === QUOTE || next === OPEN_BRACE || (next === TILDE && scanner.octets[scanner.at + 1] === OPEN_BRACE);
}

/** Whether NIL is at the cursor; reads it if so. */
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
    const octet = octets[at] ?? 0;
    if (octet === QUOTE) {
      scanner.at = start - 1;
      noteEightBit(scanner, start, at);
      noteLength(scanner, at - start);
      scanner.at = at + 1;
      const text = decodeText(octets, start, at);
      return escapes ? text.replace(/\\(.)/gs, '$1') : text;
    }
    if (octet === BACKSLASH) {
      escapes = true;
      at++;
      // RFC 9051 section 9, "quoted-specials".
      if (octets[at] !== QUOTE && octets[at] !== BACKSLASH) noteAt(scanner, at, 'escape', 'a backslash');
    } else if (octet === CR || octet === LF || octet === 0) {
      noteAt(scanner, at, 'control', 'a control character in quotes');
    }
  }
  return fail(scanner, 'a closing quote');
}

/** Notes something at an earlier offset. */
export function noteAt(scanner: Scanner, at: number, flaw: Flaw, what: string): void {
  const { at: before } = scanner;
  scanner.at = at;
  note(scanner, flaw, what);
  scanner.at = before;
}

/** Notes that something is missing at an earlier offset. */
export function noteInsteadAt(scanner: Scanner, at: number, flaw: Flaw, expected: string): void {
  const { at: before } = scanner;
  scanner.at = at;
  noteInstead(scanner, flaw, expected);
  scanner.at = before;
}

/** RFC 9051 section 9, "QUOTED-CHAR"; RFC 3501 section 9; RFC 5804 section 4. */
export function noteEightBit(scanner: Scanner, start: number, end: number): void {
  if (!isEightBit(scanner.octets, start, end)) return;
  if (scanner.grammar.utf8 && isUtf8(scanner.octets.subarray(start, end))) return;
  note(scanner, 'eight-bit', 'octets above 127 in quotes');
}

/** RFC 5804 section 4, "quoted". */
const longestQuoted = 1024;

function noteLength(scanner: Scanner, length: number): void {
  if (scanner.grammar.protocol === 'sieve' && length > longestQuoted) {
    note(scanner, 'length', `a quoted string of ${length} octets`);
  }
}

/** Responses that may have a "literal8": RFC 9051 section 6.4.5.1, RFC 5464 section 5. */
const binary = /^(?:BINARY\[|METADATA )/;

function literal(scanner: Scanner): string {
  const { octets, path } = scanner;
  const start = scanner.at;
  const isBinary = accept(scanner, '~');
  expect(scanner, '{');
  const count = number(scanner);
  const isNonSynchronizing = accept(scanner, '+');
  if (peek(scanner) !== CLOSE_BRACE) fail(scanner, '"}"');
  // RFC 9051 section 2.2: CRLF. A bare LF is noted where lines are read.
  const from = scanner.at + (octets[scanner.at + 1] === CR ? 3 : 2);
  const to = from + Number(count);
  if (octets[from - 1] !== LF || to > scanner.end) fail(scanner, 'a literal');
  const content = octets.subarray(from, to);
  if (isNonSynchronizing || (isBinary && !path.some((name) => binary.test(name)))) {
    noteAt(scanner, start, 'literal', 'the wrong kind of literal');
  }
  if (!isBinary && content.includes(0)) noteAt(scanner, start, 'control', 'NUL in the literal');
  scanner.at = to;
  return decodeLines(content);
}

/** Items in parentheses, with one space between them. */
export function list<T>(scanner: Scanner, read: (scanner: Scanner) => T, fewest: 0 | 1 = 0): T[] {
  const items: T[] = [];
  nested(scanner, () => {
    if (isNext(scanner, ')')) {
      if (fewest > 0) noItem(scanner);
      return;
    }
    do {
      countItem(scanner);
      items.push(read(scanner));
    } while (listSeparator(scanner));
  });
  return items;
}

/** Notes an empty list that must have items. */
export function noItem(scanner: Scanner): void {
  noteInstead(scanner, 'empty', 'an item');
}

/** Reads something in parentheses, one level deeper. */
export function nested<T>(scanner: Scanner, read: (scanner: Scanner) => T): T {
  expect(scanner, '(');
  if (++scanner.depth > limits.deepestList) throw limitError('deepestList', scanner.octets, scanner.depth);
  noLeadingSpace(scanner);
  const value = read(scanner);
  noTrailingSpace(scanner);
  expect(scanner, ')');
  scanner.depth--;
  return value;
}

export function countItem(scanner: Scanner): void {
  if (++scanner.items > limits.mostListItems) throw limitError('mostListItems', scanner.octets, scanner.items);
}

/** NIL, or a list. */
export function nilOr<T>(scanner: Scanner, read: (scanner: Scanner) => T): T | null {
  return nil(scanner) ? null : read(scanner);
}

/**
 * A value of an extension: a string, a number, NIL, an atom, or a list of these (RFC 9051 section 9, "body-extension").
 */
export function anyValue(scanner: Scanner): Value {
  if (isNext(scanner, '(')) return list(scanner, anyValue);
  if (isString(scanner)) return anyString(scanner);
  if (nil(scanner)) return null;
  const text = ascii(scanner, (each) => run(each, looseOctets, 'a value'));
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}

/** The same as text, as it was sent, if its meaning is not known. */
export function anyText(scanner: Scanner): string {
  const start = scanner.at;
  anyValue(scanner);
  return decodeLines(scanner.octets.subarray(start, scanner.at));
}

/** Words up to the end, each after a space. */
export function wordsToEnd(scanner: Scanner): string[] {
  const found: string[] = [];
  while (!atEnd(scanner)) {
    countItem(scanner);
    found.push(listedWord(scanner));
    if (!separator(scanner)) break;
  }
  return found;
}

/** A flag or keyword: an atom that may begin with a backslash, or `\*`. RFC 9051 section 9, "flag-perm". */
export function word(scanner: Scanner): string {
  if (isString(scanner)) {
    note(scanner, 'quoted', 'a string');
    return anyString(scanner);
  }
  if (!accept(scanner, '\\')) return ascii(scanner, (each) => run(each, astringOctets, 'a word'));
  return accept(scanner, '*') ? '\\*' : `\\${atom(scanner)}`;
}

/** A word of a list of flags, attributes or capabilities: an atom, and nothing but a space after it. */
export function listedWord(scanner: Scanner): string {
  const start = scanner.at;
  const text = word(scanner);
  const bracket = text.indexOf(']');
  if (bracket !== -1) noteAt(scanner, start + bracket, 'syntax', 'a bracket in an atom');
  if (text.endsWith(',')) noteInsteadAt(scanner, scanner.at - 1, 'syntax', 'a space');
  return text;
}

export function isOpening(scanner: Scanner): boolean {
  return peek(scanner) === OPEN;
}
