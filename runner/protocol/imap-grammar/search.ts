import { type Fields, type Value, words } from '../../value.ts';
import { number, number32, positive32, positive63 } from '../numbers.ts';
import { atEnd, fail, production, rest, type Scanner } from '../scanner.ts';
import { endOfResponse, noSpaceBeforeList, separator, space } from '../spaces.ts';
import { anyText, astring, atom, countItem, isOpening, nested, noteAt } from '../tokens.ts';
import { uidSet } from './sets.ts';

type Order = 'ordered' | 'unordered';

/**
 * RFC 3501 section 7.2.5, SEARCH; RFC 5256 section 4, SORT: the numbers, and `MODSEQ` (RFC 7162 section 3.1.5) if it
 * was sent.
 */
export function numbers(list: Order): (scanner: Scanner) => Value {
  return (scanner) => {
    const found: string[] = [];
    let modSeq: Value | undefined;
    while (!atEnd(scanner)) {
      if (isOpening(scanner)) {
        modSeq = production(scanner, 'search-sort-mod-seq', modSequence);
        break;
      }
      countItem(scanner);
      found.push(String(positive32(scanner)));
      if (!separator(scanner)) break;
    }
    endOfResponse(scanner);
    return words(found, {
      text: found.join(','),
      caseless: false,
      list,
      ...(modSeq !== undefined && { fields: { MODSEQ: modSeq } }),
    });
  };
}

/** `(MODSEQ 917162500)`. */
function modSequence(scanner: Scanner): Value {
  return nested(scanner, () => {
    atom(scanner);
    space(scanner);
    return positive63(scanner, 'MODSEQ');
  });
}

/** RFC 5256 section 5, "thread-data": checked, and kept as text: `(2)(3 6 (4 23)(44 7 96))`. */
export function threads(scanner: Scanner): Value {
  const start = scanner.at;
  while (isOpening(scanner)) {
    production(scanner, 'thread-list', thread);
    noSpaceBeforeList(scanner);
  }
  endOfResponse(scanner);
  scanner.at = start;
  return rest(scanner);
}

function thread(scanner: Scanner): void {
  nested(scanner, () => {
    countItem(scanner);
    if (!isOpening(scanner)) {
      do positive32(scanner);
      while (separator(scanner) && !isOpening(scanner));
    }
    while (isOpening(scanner)) {
      thread(scanner);
      noSpaceBeforeList(scanner);
    }
  });
}

function returnData(name: string, order: Order): (scanner: Scanner) => Value {
  switch (name) {
    case 'MIN':
    case 'MAX':
      return (scanner) => positive32(scanner);
    case 'COUNT':
      return (scanner) => number32(scanner);
    case 'MODSEQ': // RFC 7162 section 3.1.10
      return (scanner) => positive63(scanner);
    case 'ALL':
      return (scanner) => uidSet(scanner, order);
    default:
      return anyText;
  }
}

/**
 * RFC 9051 section 7.3.4 (RFC 4731), ESEARCH: `tag` (with RFC 7377's `mailbox` and `uidvalidity`), `UID`, MIN, MAX,
 * COUNT and MODSEQ as numbers, ALL as a set, others as text. ALL of a SORT is in the requested order (RFC 5267 section
 * 3).
 */
export function extendedSearch(scanner: Scanner): Fields {
  const found = new Map<string, Value>([['UID', false]]);
  if (isOpening(scanner)) {
    for (const [name, value] of production(scanner, 'search-correlator', correlator)) found.set(name, value);
    if (!atEnd(scanner) && !separator(scanner) && !atEnd(scanner)) space(scanner);
  }
  const order = scanner.grammar.isSort?.(String(found.get('tag'))) ? 'ordered' : 'unordered';
  while (!atEnd(scanner)) {
    countItem(scanner);
    const name = atom(scanner).toUpperCase();
    if (name === 'UID') {
      found.set('UID', true);
    } else {
      space(scanner);
      found.set(name, production(scanner, name, returnData(name, order)));
    }
    if (!separator(scanner)) endOfResponse(scanner);
  }
  return Object.fromEntries(found);
}

/** RFC 9051 section 7.3.4: the tag of the command whose result it is. */
function tag(scanner: Scanner): string {
  const start = scanner.at;
  const text = astring(scanner);
  if (scanner.grammar.isTag?.(text) === false) noteAt(scanner, start, 'unknown-tag', 'a tag that no command had');
  return text;
}

function correlator(scanner: Scanner): [string, Value][] {
  return nested(scanner, () => {
    const found: [string, Value][] = [];
    do {
      const name = atom(scanner).toLowerCase();
      space(scanner);
      found.push([name, name === 'uidvalidity' ? number(scanner) : name === 'tag' ? tag(scanner) : astring(scanner)]);
    } while (separator(scanner));
    return found;
  });
}

/** RFC 7162 section 3.2.10, VANISHED: the UIDs, and whether EARLIER is present. */
export function vanished(scanner: Scanner): Fields {
  const earlier = isOpening(scanner);
  if (earlier) {
    nested(scanner, () => {
      const start = scanner.at;
      if (atom(scanner).toUpperCase() === 'EARLIER') return;
      scanner.at = start;
      fail(scanner, 'EARLIER');
    });
    space(scanner);
  }
  return { earlier, uids: uidSet(scanner, 'unordered') };
}
