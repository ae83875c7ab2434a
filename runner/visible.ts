const named: Readonly<Record<string, string>> = { '\0': '␀', '\r': '␍', '\n': '␊' };

/**
 * What must not reach a terminal or an XML document as it is: C0, DEL and C1 (they control terminals), lone surrogates,
 * U+FFFE and U+FFFF (which XML 1.0 section 2.2 cannot represent), and the controls that reorder or separate lines,
 * which a reply could use to disguise itself (Unicode UAX #9 section 2).
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
 * The text with every control character made visible: CR as `␍`, LF as `␊`, NUL as `␀`, others as `\x1b`; lone
 * surrogates and what XML cannot represent as `\ud800`. The result is a single line.
 */
export function visible(text: string): string {
  // Most texts have only printable characters, and the other pattern takes many times as long.
  if (printable.test(text)) return text;
  return text.replace(dangerous, written);
}
