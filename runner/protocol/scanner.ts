import { decodeText } from '../encoding.ts';
import type { Value } from '../value.ts';
import {
  type About,
  type Finding,
  type FindingName,
  type Flaw,
  finding,
  type GrammarSubject,
  isGrammarSubject,
} from './findings.ts';
import type { SentOctets } from './sent-octets.ts';

/**
 * The octets of one response in the grammars of IMAP (RFC 9051 section 9) and ManageSieve (RFC 5804 section 4), which
 * have their tokens in common. The reading functions are named after the productions; each leaves `at` after what it
 * read. An error with only one possible meaning is noted and read; for anything else they throw a `GrammarError`.
 */
export interface Scanner {
  readonly octets: Buffer;
  /** The offset after the last octet to read. */
  readonly end: number;
  at: number;
  /** The number of open parentheses. */
  depth: number;
  /** The number of list items read so far. */
  items: number;
  /** The productions being read, outermost first. */
  readonly path: string[];
  readonly grammar: Grammar;
  /** The violations found so far. */
  readonly findings: Finding[];
}

/** What a response's grammar depends on. */
export interface Grammar {
  readonly protocol: 'imap' | 'sieve';
  /** Whether strings may contain UTF-8: RFC 6855 section 3, RFC 9051 section 9; RFC 5804 section 4. */
  readonly utf8: boolean;
  /** Whether TLS is active. */
  readonly secured: boolean;
  /** The client's octets, which human-readable text may repeat. */
  readonly sent?: SentOctets;
  /** Whether an IMAP command had this tag. */
  readonly isTag?: (tag: string) => boolean;
  /** Whether the IMAP command with this tag is SORT. */
  readonly isSort?: (tag: string) => boolean;
}

/** Reads what one production of the grammar describes. */
export type Production = (scanner: Scanner) => Value;

/** The server's octets do not fit the grammar; the message names the productions being read. */
export class GrammarError extends Error {
  readonly #subject: GrammarSubject;
  constructor(message: string, subject: GrammarSubject) {
    super(message);
    this.name = 'GrammarError';
    this.#subject = subject;
  }
  finding(raw: Buffer): Finding {
    return finding(`${this.#subject}.syntax`, this.message, raw);
  }
}

export function createScanner(
  octets: Buffer,
  start: number,
  end: number,
  production: string,
  grammar: Grammar,
): Scanner {
  return { octets, end, at: start, depth: 0, items: 0, path: [production], grammar, findings: [] };
}

/** Reads with `name` as the innermost production, so that an error says where it is. */
export function production<T>(scanner: Scanner, name: string, read: (scanner: Scanner) => T): T {
  scanner.path.push(name);
  const value = read(scanner);
  scanner.path.pop();
  return value;
}

const shownOctets = 20;

/** Throws an error that says what was expected and what is there. */
export function fail(scanner: Scanner, expected: string): never {
  throw new GrammarError(`${pathOf(scanner)}${expected} expected, ${found(scanner)} found`, subjectOf(scanner));
}

/** Notes something at the cursor that must not be there, once per kind and response. */
export function note(scanner: Scanner, flaw: Flaw, what: string): void {
  add(scanner, flaw, `${what} before ${found(scanner)}`);
}

/** Notes that something required is missing at the cursor. */
export function noteInstead(scanner: Scanner, flaw: Flaw, expected: string, about?: About): void {
  add(scanner, flaw, `${expected} expected, ${found(scanner)} found`, about);
}

function add(scanner: Scanner, flaw: Flaw, what: string, about?: About): void {
  const name = `${subjectOf(scanner)}.${flaw}` as FindingName;
  if (scanner.findings.some((each) => each.name === name)) return;
  scanner.findings.push(finding(name, `${pathOf(scanner)}${what}`, scanner.octets, about));
}

function pathOf({ path }: Scanner): string {
  return path.map((name) => `in ${name}: `).join('');
}

function found({ octets, at, end }: Scanner): string {
  return at >= end ? 'the end' : JSON.stringify(decodeText(octets, at, Math.min(end, at + shownOctets)));
}

/** The innermost production that findings can be about: `FETCH response`, `envelope`. */
function subjectOf({ path, grammar: { protocol } }: Scanner): GrammarSubject {
  for (const name of path.toReversed()) {
    const part = name.replace(/ response$/, '').toLowerCase();
    const subject = `${protocol}.${lists.has(part) ? 'list' : part}`;
    if (isGrammarSubject(subject)) return subject;
  }
  return `${protocol}.response`;
}

/** Responses with the grammar of LIST. */
const lists: ReadonlySet<string> = new Set(['lsub', 'xlist']);

/** The octet at the cursor; `undefined` at the end. */
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
