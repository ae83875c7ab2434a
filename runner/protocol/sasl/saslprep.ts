import { SaslError } from './client.ts';

// RFC 3454 tables, by the names that RFC 4013 section 2 uses.
const nonAsciiSpace = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/gu; // C.1.2
const mappedToNothing = /[\u034f\u180b-\u180d\ufe00-\ufe0f\u00ad\u1806\u200b-\u200d\u2060\ufeff]/gu; // B.1
const prohibited: readonly (readonly [string, RegExp])[] = [
  ['a control character', /[\0-\x1f\x7f]/u], // C.2.1
  [
    'a control character',
    /[\x80-\x9f\u06dd\u070f\u180e\u200c-\u200d\u2028-\u2029\u2060-\u2063\u206a-\u206f\ufeff\ufff9-\ufffc\u{1d173}-\u{1d17a}]/u,
  ], // C.2.2
  ['a character of private use', /\p{Co}/u], // C.3
  ['a non-character', /\p{Noncharacter_Code_Point}/u], // C.4
  ['half of a surrogate pair', /\p{Cs}/u], // C.5
  ['a character that is not plain text', /[\ufff9-\ufffd]/u], // C.6
  ['an ideographic description character', /[\u2ff0-\u2ffb]/u], // C.7
  ['a character that changes how others are shown', /[\u0340\u0341\u200e\u200f\u202a-\u202e\u206a-\u206f]/u], // C.8
  ['a tagging character', /[\u{e0001}\u{e0020}-\u{e007f}]/u], // C.9
];

// D.1. "A letter that is not in D.1" is used for D.2.
const rightToLeft =
  /[\u05be\u05c0\u05c3\u05d0-\u05ea\u05f0-\u05f4\u061b\u061f\u0621-\u063a\u0640-\u064a\u066d-\u066f\u0671-\u06d5\u06dd\u06e5\u06e6\u06fa-\u06fe\u0700-\u070d\u0710\u0712-\u072c\u0780-\u07a5\u07b1\u200f\ufb1d\ufb1f-\ufb28\ufb2a-\ufb36\ufb38-\ufb3c\ufb3e\ufb40\ufb41\ufb43\ufb44\ufb46-\ufbb1\ufbd3-\ufd3d\ufd50-\ufd8f\ufd92-\ufdc7\ufdf0-\ufdfc\ufe70-\ufe74\ufe76-\ufefc]/u;
const letter = /\p{L}/u;

/**
 * Prepares a user or password by RFC 4013, so that both ends compute with the same octets.
 *
 * Deviations: NFKC is that of Node's Unicode version and not of 3.2; unassigned code points are allowed, as RFC 4013
 * section 2.5 permits for what is sent (a "query"); and the left-to-right characters (table D.2) are all letters
 * outside D.1, without digits and signs of other scripts. Throws a `SaslError` of kind `credentials` for prohibited
 * characters.
 */
export function saslPrep(text: string, what: string): string {
  const prepared = text.replace(nonAsciiSpace, ' ').replace(mappedToNothing, '').normalize('NFKC');
  for (const [title, pattern] of prohibited) {
    if (pattern.test(prepared))
      throw new SaslError('credentials', `the ${what} contains ${title}`, 'RFC 4013 section 2.3');
  }
  if (rightToLeft.test(prepared)) checkDirections([...prepared], what);
  return prepared;
}

/** RFC 3454 section 6. */
function checkDirections(characters: readonly string[], what: string): void {
  const isRight = (character: string | undefined) => character !== undefined && rightToLeft.test(character);
  const mixed = characters.some((character) => letter.test(character) && !isRight(character));
  if (mixed || !isRight(characters[0]) || !isRight(characters.at(-1))) {
    throw new SaslError('credentials', `the ${what} mixes writing directions`, 'RFC 4013 section 2.4');
  }
}
