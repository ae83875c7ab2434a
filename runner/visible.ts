const named: Readonly<Record<string, string>> = { '\0': '␀', '\r': '␍', '\n': '␊' };

/**
 * What a terminal or an XML document must not get as it is: C0, DEL and C1 (they drive terminals), lone surrogates,
 * U+FFFE and U+FFFF (XML 1.0 section 2.2 has no way to write them), and the controls that reorder or separate
 * lines, with which a reply could dress up as something else (Unicode UAX #9 section 2).
 */
const dangerous =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff\p{Cs}]/gu;

const printable = /^[ -~]*$/;

function written(character: string): string {
  const code = character.charCodeAt(0);
  const digits = code < 0x100 ? 2 : 4;
  return named[character] ?? `\\${digits === 2 ? 'x' : 'u'}${code.toString(16).padStart(digits, '0')}`;
}

/**
 * The text with every control character made visible: CR `␍`, LF `␊`, NUL `␀`, others `\x1b`,
 * lone surrogates and what no XML document can hold `\ud800`. The result lies on one line.
 */
export function visible(text: string): string {
  // Nearly every text: the pattern of all that is dangerous takes many times as long.
  if (printable.test(text)) return text;
  return text.replace(dangerous, written);
}
