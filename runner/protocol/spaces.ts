import { atEnd, fail, isNext, note, peek, type Scanner } from './scanner.ts';

// Spaces in the grammars of IMAP and ManageSieve: exactly one between two items, and none anywhere else.

const SPACE = 0x20;
const TAB = 0x09;
const CLOSE = 0x29;

/** The characters that begin an item even without a space before it: a list, a string, a flag. */
const openings: ReadonlySet<number | undefined> = new Set(Buffer.from('("{\\'));

/** The space between two items. */
export function space(scanner: Scanner): void {
  const count = skipBlanks(scanner);
  if (count > 1) note(scanner, 'extra-space', 'more than one space');
  if (count === 0) missingSpace(scanner);
}

/** Whether another item follows after a space. A space at the end of a list or response is noted. */
export function separator(scanner: Scanner): boolean {
  const count = skipBlanks(scanner);
  if (count === 0) return false;
  if (isClosed(scanner)) {
    note(scanner, 'trailing-space', 'a space');
    return false;
  }
  if (count > 1) note(scanner, 'extra-space', 'more than one space');
  return true;
}

/** Like `separator`, but an item with brackets of its own may follow without the space. */
export function listSeparator(scanner: Scanner): boolean {
  if (separator(scanner)) return true;
  if (isClosed(scanner) || !isClear(scanner)) return false;
  note(scanner, 'missing-space', 'no space');
  return true;
}

/** Notes a space after an opening parenthesis. */
export function noLeadingSpace(scanner: Scanner): void {
  if (skipBlanks(scanner) > 0) note(scanner, 'leading-space', 'a space');
}

/** Notes a space before a closing parenthesis, or at the end. */
export function noTrailingSpace(scanner: Scanner): void {
  if (skipBlanks(scanner) > 0) note(scanner, 'trailing-space', 'a space');
}

/** Notes a space between adjacent lists. */
export function noSpaceBeforeList(scanner: Scanner): void {
  const { at } = scanner;
  const count = skipBlanks(scanner);
  if (count > 0 && isNext(scanner, '(')) note(scanner, 'extra-space', 'a space');
  else scanner.at = at;
}

export function endOfResponse(scanner: Scanner): void {
  const { at } = scanner;
  skipBlanks(scanner);
  const isEnd = atEnd(scanner);
  scanner.at = at;
  if (!isEnd) fail(scanner, 'the end of the response');
  noTrailingSpace(scanner);
}

function isClosed(scanner: Scanner): boolean {
  return atEnd(scanner) || isNext(scanner, ')');
}

function missingSpace(scanner: Scanner): void {
  if (isClosed(scanner) || !isClear(scanner)) fail(scanner, 'a space');
  note(scanner, 'missing-space', 'no space');
}

function isClear(scanner: Scanner): boolean {
  return openings.has(peek(scanner)) || scanner.octets[scanner.at - 1] === CLOSE;
}

/** Skips spaces and tabs, and returns their number. */
function skipBlanks(scanner: Scanner): number {
  const start = scanner.at;
  let tab = false;
  for (let octet = peek(scanner); octet === SPACE || octet === TAB; octet = peek(scanner)) {
    scanner.at++;
    tab ||= octet === TAB;
  }
  if (tab) note(scanner, 'tab', 'a tab');
  return scanner.at - start;
}
