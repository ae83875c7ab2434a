import { type Fields, type Value, words } from '../../value.ts';
import { type NumberReader, number32, number63, positive32 } from '../numbers.ts';
import { isNext, note, noteInstead, type Production, production, type Scanner } from '../scanner.ts';
import { noSpaceBeforeList, separator, space } from '../spaces.ts';
import {
  anyText,
  anyValue,
  astring,
  atom,
  countItem,
  isOpening,
  isString,
  list,
  listedWord,
  nested,
  nil,
  nilOr,
  noItem,
  noteAt,
  nstring,
  string,
} from '../tokens.ts';
import { decodeMailboxName, isCanonicalName } from './modified-utf7.ts';
import { own } from './names.ts';

/**
 * `name`, and `encoded` as it was sent. RFC 9051 section 5.1: INBOX is not case-sensitive. With UTF8=ACCEPT or
 * IMAP4rev2 names are UTF-8, and "&" has no special meaning (RFC 6855 section 3, RFC 9051 appendix A.1).
 */
export function mailbox(scanner: Scanner): { readonly name: string; readonly encoded: string } {
  const start = scanner.at;
  const encoded = production(scanner, 'mailbox', (each) => {
    const text = astring(each);
    if (each.grammar.utf8) return text;
    if (/[^\0-\x7f]/.test(text)) noteAt(each, start, 'eight-bit', 'a name with octets above 127');
    else if (!isCanonicalName(text)) noteAt(each, start, 'utf-7', 'a name in another form');
    return text;
  });
  if (encoded.toUpperCase() === 'INBOX') return { name: 'INBOX', encoded };
  return { name: scanner.grammar.utf8 ? encoded : decodeMailboxName(encoded), encoded };
}

/**
 * RFC 9051 section 7.3.1, LIST, and LSUB: `name`, `encoded`, `delimiter` (null if the hierarchy is flat), `attributes`;
 * of the extended data, `childinfo` and `oldname`; other data as text, under its tag in lower case.
 */
export function mailboxList(scanner: Scanner): Fields {
  const start = scanner.at;
  const attributes = production(scanner, 'mbx-list-flags', () => list(scanner, attribute));
  noteConflict(scanner, start, attributes);
  space(scanner);
  const delimiter = production(scanner, 'hierarchy delimiter', hierarchyDelimiter);
  space(scanner);
  const named = mailbox(scanner);
  const extended = separator(scanner) ? production(scanner, 'mbox-list-extended', extendedItems) : {};
  return { ...extended, ...named, delimiter, attributes: words(attributes) };
}

/** RFC 9051 section 9, "mbx-list-oflag": each begins with a backslash. */
function attribute(scanner: Scanner): string {
  if (!isNext(scanner, '\\')) noteInstead(scanner, 'attribute', 'an attribute');
  return listedWord(scanner);
}

/** RFC 9051 section 7.3.1: these exclude each other. */
const exclusive = [
  ['\\HASCHILDREN', '\\HASNOCHILDREN'],
  ['\\MARKED', '\\UNMARKED'],
] as const;

function noteConflict(scanner: Scanner, start: number, attributes: readonly string[]): void {
  const has = new Set(attributes.map((each) => each.toUpperCase()));
  if (exclusive.some((pair) => pair.every((each) => has.has(each)))) {
    noteAt(scanner, start, 'conflict', 'attributes that exclude each other');
  }
}

/** RFC 9051 section 9: DQUOTE QUOTED-CHAR DQUOTE / nil. */
function hierarchyDelimiter(scanner: Scanner): string | null {
  const start = scanner.at;
  const delimiter = nstring(scanner);
  if (delimiter !== null && (delimiter.length !== 1 || scanner.octets[start] === OPEN_BRACE)) {
    noteAt(scanner, start, 'delimiter', 'another delimiter than one character in quotes');
  }
  return delimiter;
}

const OPEN_BRACE = 0x7b;

const extendedData: Readonly<Record<string, Production>> = {
  childinfo: (scanner) => words(list(scanner, string, 1)), // RFC 5258 section 4
  oldname: (scanner) => nested(scanner, () => mailbox(scanner).name), // RFC 9051 section 6.3.9.7
};

function extendedItems(scanner: Scanner): Fields {
  return Object.fromEntries(
    list(scanner, () => {
      const tag = astring(scanner).toLowerCase();
      space(scanner);
      return [tag, production(scanner, tag, own(extendedData, tag) ?? anyText)];
    }),
  );
}

/**
 * RFC 9051 section 7.3.3, STATUS: `name`, `encoded`, and each item as a number; items that are not numbers are kept as
 * they are.
 */
export function mailboxStatus(scanner: Scanner): Fields {
  const named = mailbox(scanner);
  space(scanner);
  const found = new Map<string, Value>();
  const readItem = () => {
    const item = atom(scanner).toUpperCase();
    if (found.has(item)) note(scanner, 'duplicate', `a second ${item}`);
    space(scanner);
    found.set(item, production(scanner, item, own(statusItems, item) ?? anyValue));
  };
  production(scanner, 'status-att-list', () => list(scanner, readItem));
  return { ...Object.fromEntries(found), ...named };
}

const item =
  (read: NumberReader): Production =>
  (scanner) =>
    read(scanner);

const statusItems: Readonly<Record<string, Production>> = {
  MESSAGES: item(number32),
  RECENT: item(number32),
  UIDNEXT: item(positive32),
  UIDVALIDITY: item(positive32),
  UNSEEN: item(number32),
  DELETED: item(number32),
  SIZE: item(number63),
  'DELETED-STORAGE': item(number63), // RFC 9208 section 5.2
  HIGHESTMODSEQ: item(number63), // RFC 7162 section 3.1.7: zero where the mailbox has none
  APPENDLIMIT: (scanner) => (nil(scanner) ? null : number32(scanner)), // RFC 7889 section 5
  MAILBOXID: (scanner) => nested(scanner, () => astring(scanner)), // RFC 8474 section 4.3
};

/** RFC 9051 section 7.3.2, NAMESPACE: `personal`, `other`, `shared`: null, or a list of `prefix` and `delimiter`. */
export function namespace(scanner: Scanner): Fields {
  const personal = production(scanner, 'personal namespaces', namespaces);
  space(scanner);
  const other = production(scanner, "other users' namespaces", namespaces);
  space(scanner);
  const shared = production(scanner, 'shared namespaces', namespaces);
  return { personal, other, shared };
}

function namespaces(scanner: Scanner): Value {
  return nilOr(scanner, () =>
    nested(scanner, () => {
      const found: Fields[] = [];
      while (isOpening(scanner)) {
        countItem(scanner);
        found.push(nested(scanner, description));
        noSpaceBeforeList(scanner);
      }
      if (found.length === 0) noItem(scanner);
      return found;
    }),
  );
}

function description(scanner: Scanner): Fields {
  const prefix = string(scanner);
  space(scanner);
  const delimiter = hierarchyDelimiter(scanner);
  const extensions: Record<string, Value> = {};
  while (separator(scanner)) {
    const name = isString(scanner) ? string(scanner).toLowerCase() : atom(scanner).toLowerCase();
    space(scanner);
    Object.assign(extensions, Object.fromEntries([[name, list(scanner, string, 1)]]));
  }
  return { ...extensions, prefix, delimiter };
}
