import { type Fields, type Value, words } from '../../value.ts';
import { accept, type Production, production, type Scanner, space } from '../scanner.ts';
import {
  anyText,
  anyValue,
  astring,
  atom,
  isOpening,
  isString,
  list,
  nested,
  nil,
  nilOr,
  nstring,
  number,
  string,
  word,
} from '../tokens.ts';
import { decodeMailboxName } from './modified-utf7.ts';
import { own } from './names.ts';

/** `name`, and `encoded` as it was sent. RFC 9051 section 5.1: INBOX is INBOX in any letters. */
export function mailbox(scanner: Scanner): { readonly name: string; readonly encoded: string } {
  const encoded = production(scanner, 'mailbox', astring);
  return { name: encoded.toUpperCase() === 'INBOX' ? 'INBOX' : decodeMailboxName(encoded), encoded };
}

/**
 * RFC 9051 section 7.3.1, LIST, and LSUB: `name`, `encoded`, `delimiter` (null where the hierarchy is flat),
 * `attributes`; of the extended data `childinfo` and `oldname`, others as text under their tag in lower case.
 */
export function mailboxList(scanner: Scanner): Fields {
  const attributes = production(scanner, 'mbx-list-flags', () => list(scanner, word));
  space(scanner);
  const delimiter = production(scanner, 'hierarchy delimiter', nstring);
  space(scanner);
  const named = mailbox(scanner);
  const extended = accept(scanner, ' ') ? production(scanner, 'mbox-list-extended', extendedItems) : {};
  return { ...extended, ...named, delimiter, attributes: words(attributes) };
}

const extendedData: Readonly<Record<string, Production>> = {
  childinfo: (scanner) => words(list(scanner, string)), // RFC 5258 section 4
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

/** RFC 9051 section 7.3.3, STATUS: `name`, `encoded`, and each item as a number; items that are none as they are. */
export function mailboxStatus(scanner: Scanner): Fields {
  const named = mailbox(scanner);
  space(scanner);
  const items = production(scanner, 'status-att-list', () =>
    list(scanner, () => {
      const item = atom(scanner).toUpperCase();
      space(scanner);
      return [item, production(scanner, item, own(statusItems, item) ?? anyValue)];
    }),
  );
  return { ...Object.fromEntries(items), ...named };
}

const statusItems: Readonly<Record<string, Production>> = {
  MESSAGES: number,
  RECENT: number,
  UIDNEXT: number,
  UIDVALIDITY: number,
  UNSEEN: number,
  DELETED: number,
  SIZE: number,
  'DELETED-STORAGE': number, // RFC 9208 section 5.2
  HIGHESTMODSEQ: number, // RFC 7162 section 3.1.2.1
  APPENDLIMIT: (scanner) => (nil(scanner) ? null : number(scanner)), // RFC 7889 section 5
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
        found.push(nested(scanner, description));
        // RFC 2342 section 5 has none, and some servers send one.
        accept(scanner, ' ');
      }
      return found;
    }),
  );
}

function description(scanner: Scanner): Fields {
  const prefix = string(scanner);
  space(scanner);
  const delimiter = nstring(scanner);
  const extensions: Record<string, Value> = {};
  while (accept(scanner, ' ')) {
    const name = isString(scanner) ? string(scanner).toLowerCase() : atom(scanner).toLowerCase();
    space(scanner);
    Object.assign(extensions, Object.fromEntries([[name, list(scanner, string)]]));
  }
  return { ...extensions, prefix, delimiter };
}
