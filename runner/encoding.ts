import { isUtf8 } from 'node:buffer';

/** RFC 4648 section 4, strictly: padding is required, and no other characters are allowed. */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The decoded octets; `undefined` if the text is not base64. */
export function strictBase64(text: string): Buffer | undefined {
  return base64.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/**
 * Decodes octets as UTF-8 if they are valid UTF-8, else as Latin-1, so that nothing a server sends is lost. Call it for
 * each line: one line in an old charset must not change how the others are read.
 */
export function decodeText(bytes: Buffer, start = 0, end: number = bytes.length): string {
  const text = bytes.toString('utf8', start, end);
  // U+FFFD marks invalid octets, but a server may also have sent that character itself.
  if (!text.includes('\ufffd') || isUtf8(bytes.subarray(start, end))) return text;
  return bytes.toString('latin1', start, end);
}

/** The same, together with the encoding that was used. */
export function decoded(bytes: Buffer): { readonly text: string; readonly latin1?: true } {
  return isUtf8(bytes) ? { text: bytes.toString() } : { text: bytes.toString('latin1'), latin1: true };
}

/**
 * The characters that each encoding leaves unchanged; every other octet becomes the sign and two hexadecimal digits.
 */
const unescaped = {
  /** RFC 3986 section 2.3. */
  uri: { sign: '%', other: /[^A-Za-z0-9._~-]/g },
  /** `encodeURIComponent()`. */
  browser: { sign: '%', other: /[^A-Za-z0-9._~!*'()-]/g },
  /** RFC 3461 section 4. */
  xtext: { sign: '+', other: /[^!-~]|[+=]/g },
} as const;

export function escapeOctets(octets: Buffer, spelling: keyof typeof unescaped): string {
  const { sign, other } = unescaped[spelling];
  return octets
    .toString('latin1')
    .replace(other, (octet) => sign + octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0'));
}

/** A regular expression that matches exactly this text, even inside a character class. */
export function escapePattern(literal: string): string {
  return literal.replace(/[\\^$.|?*+()[\]{}\-/&~#"']/g, '\\$&');
}
