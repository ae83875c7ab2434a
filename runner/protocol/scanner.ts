import { decodeText } from '../encoding.ts';
import type { Value } from '../value.ts';

/**
 * The octets of one response under the grammars of IMAP (RFC 9051 section 9) and ManageSieve (RFC 5804 section 4),
 * which share their tokens. The reading functions are named after the productions; each leaves `at` behind what it
 * read, or throws a `GrammarError`.
 */
export interface Scanner {
  readonly octets: Buffer;
  /** The first octet that is no part of what is read. */
  readonly end: number;
  at: number;
  /** Parentheses open. */
  depth: number;
  /** Items of lists read so far. */
  items: number;
  /** The productions being read, the outermost first. */
  readonly path: string[];
}

/** Reads what one production of the grammar describes. */
export type Production = (scanner: Scanner) => Value;

/** What the server sent does not fit the grammar; worded with the productions being read. */
export class GrammarError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'GrammarError';
  }
}

export function createScanner(octets: Buffer, start: number, end: number, production: string): Scanner {
  return { octets, end, at: start, depth: 0, items: 0, path: [production] };
}

/** Reads with `name` as the innermost production, so that an error says where it stands. */
export function production<T>(scanner: Scanner, name: string, read: (scanner: Scanner) => T): T {
  scanner.path.push(name);
  const value = read(scanner);
  scanner.path.pop();
  return value;
}

const shownOctets = 20;

/** Says what was expected and what stands there. */
export function fail(scanner: Scanner, expected: string): never {
  const { octets, at, end } = scanner;
  const found = at >= end ? 'the end' : JSON.stringify(decodeText(octets, at, Math.min(end, at + shownOctets)));
  throw new GrammarError(`${scanner.path.map((name) => `in ${name}: `).join('')}${expected} expected, ${found} found`);
}

/** The octet at the cursor; none at the end. */
export function peek(scanner: Scanner): number | undefined {
  return scanner.at < scanner.end ? scanner.octets[scanner.at] : undefined;
}

export function atEnd(scanner: Scanner): boolean {
  return scanner.at >= scanner.end;
}

export function isNext(scanner: Scanner, character: string): boolean {
  return peek(scanner) === character.charCodeAt(0);
}

export function accept(scanner: Scanner, character: string): boolean {
  if (!isNext(scanner, character)) return false;
  scanner.at++;
  return true;
}

export function expect(scanner: Scanner, character: string): void {
  if (!accept(scanner, character)) fail(scanner, JSON.stringify(character));
}

export function space(scanner: Scanner): void {
  if (!accept(scanner, ' ')) fail(scanner, 'a space');
}

export function endOfResponse(scanner: Scanner): void {
  if (!atEnd(scanner)) fail(scanner, 'the end of the response');
}

/** Everything up to the end, as text. */
export function rest(scanner: Scanner): string {
  const text = decodeText(scanner.octets, scanner.at, scanner.end);
  scanner.at = scanner.end;
  return text;
}

/** One or more octets of a class. */
export function run(scanner: Scanner, members: Uint8Array, expected: string): string {
  const start = scanner.at;
  let at = start;
  while (at < scanner.end && members[scanner.octets[at] ?? 0] === 1) at++;
  if (at === start) fail(scanner, expected);
  scanner.at = at;
  return decodeText(scanner.octets, start, at);
}
