import { decodeText } from '../../encoding.ts';
import { type Fields, words } from '../../value.ts';
import type { ResponseCode } from '../reply.ts';
import {
  accept,
  atEnd,
  createScanner,
  endOfResponse,
  fail,
  isNext,
  type Production,
  production,
  rest,
  type Scanner,
  space,
} from '../scanner.ts';
import { astring, list, nested, number, word, wordsToEnd } from '../tokens.ts';
import { flags } from './fetch.ts';
import { own } from './names.ts';

/** RFC 9051 section 7.1, "resp-text". */
export interface ResponseText {
  readonly responseCode?: ResponseCode;
  /** What is meant for people: without the response code. */
  readonly text: string;
}

/** RFC 9051 section 7.1, and each extension's own. The arguments of codes that are not here are kept as text. */
const codes: Readonly<Record<string, Production>> = {
  CAPABILITY: (scanner) => words(wordsToEnd(scanner)),
  PERMANENTFLAGS: flags,
  BADCHARSET: (scanner) => words(list(scanner, astring)),
  UIDNEXT: number,
  UIDVALIDITY: number,
  UNSEEN: number,
  HIGHESTMODSEQ: number, // RFC 7162 section 3.1.2.1
  APPENDLIMIT: number, // RFC 7889
  MAILBOXID: (scanner) => nested(scanner, () => astring(scanner)), // RFC 8474 section 4
  APPENDUID: appendUid,
  COPYUID: copyUid,
};

/** RFC 4315 section 3: where messages were put: `uidvalidity`, and `uid`, a set where there are several. */
function appendUid(scanner: Scanner): Fields {
  const uidvalidity = number(scanner);
  space(scanner);
  return { uidvalidity, uid: uidSet(scanner) };
}

/** RFC 4315 section 3: `uidvalidity`, and the UIDs as sets: `source` and `destination`. */
function copyUid(scanner: Scanner): Fields {
  const uidvalidity = number(scanner);
  space(scanner);
  const source = uidSet(scanner);
  space(scanner);
  return { uidvalidity, source, destination: uidSet(scanner) };
}

/** RFC 9051 section 9, "uid-set": one UID as a number, several as text. */
function uidSet(scanner: Scanner): number | string {
  const start = scanner.at;
  const text = production(scanner, 'uid-set', word);
  if (!/^\d+([:,]\d+)*$/.test(text)) {
    scanner.at = start;
    fail(scanner, 'a set of UIDs');
  }
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

/** The text of a status response, from the cursor to the end. Brackets that do not close are text. */
export function responseText(scanner: Scanner): ResponseText {
  const close = isNext(scanner, '[') ? closingBracket(scanner.octets, scanner.at, scanner.end) : undefined;
  if (close === undefined) return { text: rest(scanner) };
  const responseCode = production(scanner, 'resp-text-code', () => code(scanner, close));
  scanner.at = close + 1;
  accept(scanner, ' ');
  return { responseCode, text: rest(scanner) };
}

function code(scanner: Scanner, close: number): ResponseCode {
  const within = createScanner(scanner.octets, scanner.at + 1, close, '');
  within.path.splice(0, 1, ...scanner.path);
  const text = decodeText(within.octets, within.at, close);
  const name = word(within).toUpperCase();
  if (atEnd(within)) return { name, text };
  space(within);
  const data = production(within, name, own(codes, name) ?? ((each) => rest(each)));
  endOfResponse(within);
  return { name, text, data };
}

/** The bracket that closes the one at `open`: not one in quotes, unless the quotes don't close. */
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
