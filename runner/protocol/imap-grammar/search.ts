import type { Fields, Value } from '../../value.ts';
import { accept, atEnd, endOfResponse, production, type Scanner, space } from '../scanner.ts';
import { anyText, astring, atom, countItem, isOpening, nested, number } from '../tokens.ts';
import { own } from './names.ts';

/** RFC 3501 section 7.2.5, SEARCH; RFC 5256 section 4, SORT: the numbers. RFC 7162's MODSEQ stays in the text. */
export function numbers(scanner: Scanner): Value {
  const found: Value[] = [];
  while (!atEnd(scanner)) {
    if (accept(scanner, ' ')) continue;
    if (isOpening(scanner)) {
      production(scanner, 'search-sort-mod-seq', modSequence);
      endOfResponse(scanner);
      break;
    }
    countItem(scanner);
    found.push(number(scanner));
  }
  return found;
}

/** RFC 7162 section 3.1.5: `(MODSEQ 917162500)`. */
function modSequence(scanner: Scanner): void {
  nested(scanner, () => {
    atom(scanner);
    space(scanner);
    number(scanner);
  });
}

const returnData: Readonly<Record<string, (scanner: Scanner) => Value>> = {
  MIN: number,
  MAX: number,
  COUNT: number,
  MODSEQ: number, // RFC 7162 section 3.1.10
};

/**
 * RFC 9051 section 7.3.4 (RFC 4731), ESEARCH: `tag` (with RFC 7377's `mailbox` and `uidvalidity`), `UID`,
 * MIN, MAX, COUNT and MODSEQ as numbers, ALL and others as text.
 */
export function extendedSearch(scanner: Scanner): Fields {
  const found = new Map<string, Value>([['UID', false]]);
  if (isOpening(scanner)) {
    for (const [name, value] of production(scanner, 'search-correlator', correlator)) found.set(name, value);
    accept(scanner, ' ');
  }
  while (!atEnd(scanner)) {
    countItem(scanner);
    const name = atom(scanner).toUpperCase();
    if (name === 'UID') {
      found.set('UID', true);
    } else {
      space(scanner);
      found.set(name, production(scanner, name, own(returnData, name) ?? anyText));
    }
    if (!accept(scanner, ' ')) endOfResponse(scanner);
  }
  return Object.fromEntries(found);
}

function correlator(scanner: Scanner): [string, Value][] {
  return nested(scanner, () => {
    const found: [string, Value][] = [];
    do {
      const name = atom(scanner).toLowerCase();
      space(scanner);
      found.push([name, name === 'uidvalidity' ? number(scanner) : astring(scanner)]);
    } while (accept(scanner, ' '));
    return found;
  });
}

/** RFC 7162 section 3.2.10, VANISHED: whether EARLIER stands there, and the set of UIDs as text. */
export function vanished(scanner: Scanner): Fields {
  const earlier = isOpening(scanner);
  if (earlier) {
    nested(scanner, () => atom(scanner));
    space(scanner);
  }
  const uids = anyText(scanner);
  return { earlier, uids };
}
