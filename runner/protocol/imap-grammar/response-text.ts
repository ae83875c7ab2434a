import { decodeText } from '../../encoding.ts';
import { type Fields, isWords, type Value, words } from '../../value.ts';
import type { About } from '../findings.ts';
import { isMechanismName } from '../mechanism-name.ts';
import { number32, positive32, positive63 } from '../numbers.ts';
import type { ResponseCode } from '../reply.ts';
import {
  accept,
  atEnd,
  isNext,
  note,
  noteInstead,
  type Production,
  production,
  rest,
  type Scanner,
} from '../scanner.ts';
import { endOfResponse, separator, space } from '../spaces.ts';
import { astring, list, nested, noteAt, noteEightBit, noteInsteadAt, word, wordsToEnd } from '../tokens.ts';
import { flags } from './fetch.ts';
import { own } from './names.ts';
import { uidSet } from './sets.ts';

/** RFC 9051 section 7.1, "resp-text". */
export interface ResponseText {
  readonly responseCode?: ResponseCode;
  /** The human-readable text, without the response code. */
  readonly text: string;
}

/** RFC 9051 section 7.1, and the RFCs of extensions. Arguments of other codes are kept as text. */
const codes: Readonly<Record<string, Production>> = {
  CAPABILITY: capabilities,
  PERMANENTFLAGS: (scanner) => flags(scanner, 'permanent'),
  BADCHARSET: (scanner) => words(list(scanner, astring, 1)),
  UIDNEXT: positive32,
  UIDVALIDITY: positive32,
  UNSEEN: positive32,
  HIGHESTMODSEQ: positive63, // RFC 7162 section 3.1.2.1
  APPENDLIMIT: number32, // RFC 7889
  MAILBOXID: (scanner) => nested(scanner, () => astring(scanner)), // RFC 8474 section 4
  APPENDUID: appendUid,
  COPYUID: copyUid,
  MODIFIED: (scanner) => uidSet(scanner, 'unordered'), // RFC 7162 section 3.1.3
};

/** Codes in the table that may be without a value (RFC 9051 section 7.1). */
const withoutValue: ReadonlySet<string> = new Set(['BADCHARSET']);

/** RFC 9051 section 7.2.2. Once TLS is active, STARTTLS must not be listed (section 6.2.1). */
export function capabilities(scanner: Scanner): Value {
  const start = scanner.at;
  const found = wordsToEnd(scanner);
  if (!found.some((word) => /^IMAP4/i.test(word))) noteAt(scanner, start, 'revision', 'no IMAP4rev1 or IMAP4rev2');
  const unusable = found.find((word) => /^AUTH=/i.test(word) && !isMechanismName(word.slice('AUTH='.length)));
  if (unusable !== undefined) noteAt(scanner, start, 'no-mechanism', `"${unusable}"`);
  if (scanner.grammar.secured && found.some((word) => word.toUpperCase() === 'STARTTLS')) {
    note(scanner, 'starttls', 'STARTTLS offered, although TLS is active,');
  }
  return words(found);
}

/** RFC 4315 section 3: where messages were stored: `uidvalidity`, and `uid`, which is a set if there are several. */
function appendUid(scanner: Scanner): Fields {
  const uidvalidity = positive32(scanner);
  space(scanner);
  return { uidvalidity, uid: uidSet(scanner, 'ordered') };
}

/** RFC 4315 section 3: `uidvalidity`, and the UIDs as two sets in corresponding order: `source` and `destination`. */
function copyUid(scanner: Scanner): Fields {
  const uidvalidity = positive32(scanner);
  space(scanner);
  const source = uidSet(scanner, 'ordered');
  space(scanner);
  const start = scanner.at;
  const destination = uidSet(scanner, 'ordered');
  if (sizeOf(source) !== sizeOf(destination)) noteInsteadAt(scanner, start, 'syntax', 'as many UIDs as were copied');
  return { uidvalidity, source, destination };
}

function sizeOf(set: Value): number {
  return isWords(set) ? set.words.length : 1;
}

/** The text of a status response, from the cursor after the status to the end. Unclosed brackets are text. */
export function responseText(scanner: Scanner): ResponseText {
  requireSpace(scanner);
  const close = isNext(scanner, '[') ? closingBracket(scanner.octets, scanner.at, scanner.end) : undefined;
  if (close === undefined) {
    noteUnclosed(scanner);
    return { text: humanText(scanner) };
  }
  const responseCode = production(scanner, 'resp-text-code', () => code(scanner, close));
  scanner.at = close + 1;
  requireSpace(scanner, aboutCode(responseCode));
  return { responseCode, text: humanText(scanner) };
}

/** Text may begin with a bracket. If it is followed by the name of a response code, the code is unclosed. */
function noteUnclosed(scanner: Scanner): void {
  const { octets, at, end } = scanner;
  const head = octets.toString('latin1', at, Math.min(end, at + longestCodeName));
  if (!/^\[[A-Z][A-Z-]+(?:[ (]|$)/.test(head)) return;
  production(scanner, 'resp-text-code', () => noteInsteadAt(scanner, end, 'syntax', '"]"'));
}

/** Longer than any standard code's name. */
const longestCodeName = 32;

function requireSpace(scanner: Scanner, about?: About): void {
  if (accept(scanner, ' ')) return;
  production(scanner, 'resp-text', () => noteInstead(scanner, 'missing-space', 'a space', about));
}

/** An expectation of the code and its value accepts that no text follows it. */
function aboutCode({ name, data }: ResponseCode): About | undefined {
  return typeof data === 'number' || typeof data === 'string' ? { field: name, values: [data] } : undefined;
}

/** RFC 9051 section 9, "text": US-ASCII, unless IMAP4rev2 is enabled. */
function humanText(scanner: Scanner): string {
  const { octets, at, end, grammar } = scanner;
  if (!grammar.sent?.hasAllAbove127(octets.subarray(at, end))) {
    production(scanner, 'resp-text', () => noteEightBit(scanner, at, end));
  }
  return rest(scanner);
}

function code(scanner: Scanner, close: number): ResponseCode {
  const within: Scanner = { ...scanner, at: scanner.at + 1, end: close };
  const text = decodeText(within.octets, within.at, close);
  const name = word(within).toUpperCase();
  if (!atEnd(within) && !separator(within) && !atEnd(within)) space(within);
  if (atEnd(within)) {
    if (own(codes, name) !== undefined && !withoutValue.has(name)) {
      production(within, name, () => noteInstead(within, 'syntax', 'a value'));
    }
    return { name, text };
  }
  const read: Production = own(codes, name) ?? rest;
  const data: Value = production(within, name, read);
  endOfResponse(within);
  return { name, text, data };
}

/** The bracket that closes the one at `open`; brackets in quotes do not count, unless the quotes are not closed. */
function closingBracket(octets: Buffer, open: number, end: number): number | undefined {
  let quoted = false;
  let first: number | undefined;
  for (let at = open + 1; at < end; at++) {
    const octet = octets[at];
    if (octet === 0x5c && quoted) at++;
    else if (octet === 0x22) quoted = !quoted;
    else if (octet === 0x5d) {
      if (!quoted) return at;
      first ??= at;
    }
  }
  return first;
}
