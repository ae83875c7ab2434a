import type { Value } from '../value.ts';
import { violation } from './limits.ts';
import type { ResponseCode } from './reply.ts';
import {
  accept,
  atEnd,
  createScanner,
  endOfResponse,
  fail,
  GrammarError,
  production,
  type Scanner,
  space,
} from './scanner.ts';
import { atom, isOpening, isString, list, nested, string } from './tokens.ts';

/** A line of data: a capability, a script's name, a script, a challenge. */
export interface DataLine {
  readonly kind: 'data';
  readonly items: readonly Item[];
  /** The items with their strings in quotes, however they were sent. */
  readonly text: string;
}

/** The line that ends a reply. */
export interface FinalLine {
  readonly kind: 'final';
  readonly status: string;
  readonly responseCode?: ResponseCode;
  /** What is meant for people. */
  readonly text?: string;
}

export interface Item {
  readonly form: 'string' | 'word' | 'list';
  readonly value: Value;
  readonly text: string;
}

const statuses: ReadonlySet<string> = new Set(['OK', 'NO', 'BYE']);

/** Reads a line with its literals and its CRLF. Throws a violation for one that RFC 5804 section 4 does not have. */
export function readLine(raw: Buffer): DataLine | FinalLine {
  const scanner = createScanner(raw, 0, raw.length - '\r\n'.length, 'response');
  try {
    if (isString(scanner)) return dataLine(scanner);
    const start = scanner.at;
    const status = atom(scanner).toUpperCase();
    if (statuses.has(status)) return finalLine(scanner, status);
    scanner.at = start;
    return fail(scanner, 'OK, NO, BYE or a string');
  } catch (error) {
    if (error instanceof GrammarError) throw violation(error.message, 'RFC 5804 section 4', raw);
    throw error;
  }
}

function dataLine(scanner: Scanner): DataLine {
  const items = [item(scanner)];
  while (accept(scanner, ' ')) items.push(item(scanner));
  endOfResponse(scanner);
  return { kind: 'data', items, text: textOf(items) };
}

function textOf(items: readonly Item[]): string {
  return items.map(({ text }) => text).join(' ');
}

/** RFC 5804 section 4, "response-oknobye". */
function finalLine(scanner: Scanner, status: string): FinalLine {
  scanner.path.splice(0, 1, `${status} response`);
  let responseCode: ResponseCode | undefined;
  let text: string | undefined;
  while (text === undefined && !atEnd(scanner)) {
    space(scanner);
    if (responseCode === undefined && isOpening(scanner)) responseCode = production(scanner, 'resp-code', code);
    else text = production(scanner, 'human-readable string', string);
  }
  endOfResponse(scanner);
  return { kind: 'final', status, ...(responseCode && { responseCode }), ...(text !== undefined && { text }) };
}

/** RFC 5804 section 1.3: `(QUOTA/MAXSIZE)`, `(SASL "cnNwYXV0aD0…")`. One argument is the data, several a list. */
function code(scanner: Scanner): ResponseCode {
  return nested(scanner, () => {
    const name = atom(scanner).toUpperCase();
    const items: Item[] = [];
    while (accept(scanner, ' ')) items.push(item(scanner));
    const text = [name, ...items.map((each) => each.text)].join(' ');
    const [only] = items;
    if (only === undefined) return { name, text };
    return { name, text, data: items.length === 1 ? only.value : items.map(({ value }) => value) };
  });
}

/** RFC 5804 section 4, "extension-item". */
function item(scanner: Scanner): Item {
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
