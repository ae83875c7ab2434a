import type { Value } from '../value.ts';
import type { Finding } from './findings.ts';
import type { Framed } from './literal-reader.ts';
import { decodeLines } from './octets.ts';
import type { ResponseCode } from './reply.ts';
import { atEnd, createScanner, fail, GrammarError, noteInstead, production, rest, type Scanner } from './scanner.ts';
import { endOfResponse, noLeadingSpace, separator, space } from './spaces.ts';
import { atom, countItem, isOpening, isString, list, nested, string } from './tokens.ts';

/** A line of data: a capability, a script's name, a script or a challenge. */
export interface DataLine {
  readonly kind: 'data';
  readonly items: readonly Item[];
  /** The items, with strings in quotes however they were sent. */
  readonly text: string;
  /** The number of items, including those of lists. */
  readonly count: number;
  readonly findings: readonly Finding[];
}

/** The line that ends a reply. */
export interface FinalLine {
  readonly kind: 'final';
  readonly status: string;
  readonly responseCode?: ResponseCode;
  /** Human-readable text. */
  readonly text?: string;
  readonly findings: readonly Finding[];
}

export interface Item {
  readonly form: 'string' | 'word' | 'list';
  readonly value: Value;
  readonly text: string;
}

const statuses: ReadonlySet<string> = new Set(['OK', 'NO', 'BYE']);

/** Reads a line with its literals and line ending. A line that does not fit RFC 5804 section 4 becomes text. */
export function readLine({ raw, end, findings }: Framed, secured: boolean): DataLine | FinalLine {
  const grammar = { protocol: 'sieve', utf8: true, secured } as const;
  const scanner = createScanner(raw, 0, end, 'response', grammar);
  try {
    noLeadingSpace(scanner);
    const line = isString(scanner) ? dataLine(scanner) : wordLine(scanner);
    return { ...line, findings: [...findings, ...scanner.findings] };
  } catch (error) {
    if (!(error instanceof GrammarError)) throw error;
    const text = decodeLines(raw.subarray(0, end));
    return { ...unreadable(text), findings: [...findings, ...scanner.findings, error.finding(raw)] };
  }
}

/** Even then it is known whether the line ends the reply. */
function unreadable(text: string): Read {
  const [, status = '', rest = ''] = /^(OK|NO|BYE)(?![A-Z]) ?(.*)$/is.exec(text) ?? [];
  if (status !== '') return { kind: 'final', status: status.toUpperCase(), text: rest };
  return { kind: 'data', items: [{ form: 'word', value: text, text }], count: 1, text };
}

type Read = Omit<DataLine, 'findings'> | Omit<FinalLine, 'findings'>;

/** A line that begins with a word: the final one, or data without quotes. */
function wordLine(scanner: Scanner): Read {
  const start = scanner.at;
  const status = atom(scanner).toUpperCase();
  if (statuses.has(status)) return finalLine(scanner, status);
  scanner.at = start;
  return fail(scanner, 'OK, NO, BYE or a string');
}

function dataLine(scanner: Scanner): Read {
  const items = [item(scanner)];
  while (separator(scanner)) items.push(item(scanner));
  endOfResponse(scanner);
  return { kind: 'data', items, count: scanner.items, text: textOf(items) };
}

function textOf(items: readonly Item[]): string {
  return items.map(({ text }) => text).join(' ');
}

/** RFC 5804 section 4, "response-oknobye". */
function finalLine(scanner: Scanner, status: string): Read {
  scanner.path.splice(0, 1, `${status} response`);
  let responseCode: ResponseCode | undefined;
  let text: string | undefined;
  while (text === undefined && hasMore(scanner)) {
    if (responseCode === undefined && isOpening(scanner)) responseCode = production(scanner, 'resp-code', code);
    else text = production(scanner, 'human-readable string', humanText);
  }
  endOfResponse(scanner);
  return { kind: 'final', status, ...(responseCode && { responseCode }), ...(text !== undefined && { text }) };
}

/** Whether something follows after a space. */
function hasMore(scanner: Scanner): boolean {
  if (atEnd(scanner)) return false;
  if (!separator(scanner) && !atEnd(scanner)) space(scanner);
  return !atEnd(scanner);
}

/** A string; some servers omit its quotes. */
function humanText(scanner: Scanner): string {
  if (isString(scanner)) return string(scanner);
  noteInstead(scanner, 'unquoted', 'a string');
  return rest(scanner);
}

/**
 * RFC 5804 section 1.3: `(QUOTA/MAXSIZE)`, `(SASL "cnNwYXV0aD0…")`. One argument is the data itself, several are a
 * list.
 */
function code(scanner: Scanner): ResponseCode {
  return nested(scanner, () => {
    const name = atom(scanner).toUpperCase();
    const items: Item[] = [];
    while (separator(scanner)) items.push(item(scanner));
    const text = [name, ...items.map((each) => each.text)].join(' ');
    const [only] = items;
    if (only === undefined) return { name, text };
    return { name, text, data: items.length === 1 ? only.value : items.map(({ value }) => value) };
  });
}

/** RFC 5804 section 4, "extension-item". */
function item(scanner: Scanner): Item {
  countItem(scanner);
  if (isOpening(scanner)) {
    const items = list(scanner, item);
    return { form: 'list', value: items.map(({ value }) => value), text: `(${textOf(items)})` };
  }
  if (isString(scanner)) {
    const value = string(scanner);
    return { form: 'string', value, text: `"${value.replace(/["\\]/g, '\\$&')}"` };
  }
  const value = atom(scanner);
  return { form: 'word', value, text: value };
}
