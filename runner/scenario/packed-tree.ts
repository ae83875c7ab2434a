/*
 * A tree as numbers: kinds, and places in the text that it was parsed from. It contains nothing of the text itself, so
 * that it can be stored where the text must not be; with any other text it is useless.
 *
 *   node    = kind, start, end, content
 *   content = (nothing for most scalars) / pieces / count *node / count *entry
 *   entry   = key node
 *   key     = kind, start, end, (nothing) / pieces
 *   pieces  = count *(start, length)
 */
export const kinds = {
  /** `null` that is not written: `key:`. */
  nothing: 0,
  /** `null`, a boolean or a number, as written. */
  null: 1,
  true: 2,
  false: 3,
  number: 4,
  /** Strings: the whole place; without the quotes at both ends; in pieces. */
  plain: 5,
  quoted: 6,
  pieces: 7,
  list: 8,
  map: 9,
  /** An alias: instead of a place, it has the number of an earlier node. */
  alias: 10,
} as const;

/** The length of a piece that is an escape, such as `\r` in double quotes. */
export const escaped = 0;

/** YAML 1.2.2 section 5.7; a backslash at the end of a line represents nothing. */
const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};

/** The number of digits of numeric escapes. */
const digits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** The meaning and the length of the escape at `at`. */
export function escapeAt(text: string, at: number): { readonly meaning: string; readonly length: number } {
  const sign = text[at + 1] ?? '';
  const count = digits[sign];
  if (count === undefined) return { meaning: escapes[sign] ?? '', length: 2 };
  const code = Number.parseInt(text.slice(at + 2, at + 2 + count), 16);
  return { meaning: code <= 0x10ffff ? String.fromCodePoint(code) : '', length: 2 + count };
}
