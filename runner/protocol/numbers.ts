import { fail, noteInstead, type Scanner } from './scanner.ts';

// Numbers of IMAP: RFC 9051 section 9, "number", "nz-number", "number64"; RFC 7162 section 7, "mod-sequence-value".

interface Range {
  readonly what: string;
  readonly least: 0 | 1;
  /** As digits: a double cannot represent all of these exactly. */
  readonly most?: string;
}

const most32 = '4294967295';
const most63 = '9223372036854775807';

/** Digits as a number, or as text if a number would not be exact. */
export const number = reader({ what: 'a number', least: 0 });
export const number32 = reader({ what: 'a number below 2^32', least: 0, most: most32 });
export const positive32 = reader({ what: 'a number from 1 to 2^32-1', least: 1, most: most32 });
export const number63 = reader({ what: 'a number below 2^63', least: 0, most: most63 });
export const positive63 = reader({ what: 'a number from 1 to 2^63-1', least: 1, most: most63 });

/** Reads a number; null for NIL. `field`: its name in expectations, if it differs from the production's. */
export type NumberReader = (scanner: Scanner, field?: string) => number | string | null;

function reader(range: Range): NumberReader {
  return (scanner, field = scanner.path.at(-1) ?? '') => {
    const { octets, at: start, end } = scanner;
    const signed = octets[start] === MINUS ? 1 : 0;
    let at = start + signed;
    while (at < end && isDigit(octets[at])) at++;
    if (at === start + signed) return nilOf(scanner, range);
    const digits = octets.toString('latin1', start, at);
    const value = Number(digits);
    const exact = Number.isSafeInteger(value) ? value : digits;
    if (signed === 1 || !isWithin(digits, range)) {
      noteInstead(scanner, 'range', range.what, { field, values: [exact] });
    }
    scanner.at = at;
    return exact;
  };
}

function nilOf(scanner: Scanner, { what }: Range): null {
  const { octets, at, end } = scanner;
  if (at + 3 > end || octets.toString('latin1', at, at + 3).toUpperCase() !== 'NIL') fail(scanner, 'a number');
  noteInstead(scanner, 'nil', what);
  scanner.at = at + 3;
  return null;
}

function isWithin(digits: string, { least, most }: Range): boolean {
  // "nz-number" does not begin with 0.
  if (least > 0 && digits.startsWith('0')) return false;
  if (most === undefined) return true;
  const significant = digits.replace(/^0+(?=\d)/, '');
  return significant.length < most.length || (significant.length === most.length && significant <= most);
}

const MINUS = 0x2d;
const ZERO = 0x30;

function isDigit(octet: number | undefined): boolean {
  return octet !== undefined && octet >= ZERO && octet <= 0x39;
}
