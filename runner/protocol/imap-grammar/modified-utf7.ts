// RFC 3501 section 5.1.3: `&` begins UTF-16 in a modified base64, `-` ends it. `&-` is `&`.

/**
 * A mailbox name in readable form. A name that is not in this encoding is returned unchanged: with UTF8=ACCEPT, `&` has
 * no special meaning.
 */
export function decodeMailboxName(encoded: string): string {
  if (!encoded.includes('&')) return encoded;
  let text = '';
  for (let at = 0; at < encoded.length; ) {
    const shift = encoded.indexOf('&', at);
    if (shift === -1) return text + encoded.slice(at);
    const end = encoded.indexOf('-', shift);
    if (end === -1) return encoded;
    const decoded = end === shift + 1 ? '&' : decodeShifted(encoded.slice(shift + 1, end));
    if (decoded === undefined) return encoded;
    text += encoded.slice(at, shift) + decoded;
    at = end + 1;
  }
  return text;
}

function decodeShifted(base64: string): string | undefined {
  if (!/^[A-Za-z0-9+,]+$/.test(base64)) return undefined;
  const octets = Buffer.from(base64.replaceAll(',', '/'), 'base64');
  if (octets.length === 0 || octets.length % 2 !== 0) return undefined;
  const text = octets.swap16().toString('utf16le');
  return /\p{Surrogate}/u.test(text) ? undefined : text;
}

/**
 * Whether a name is encoded in the only way that is allowed: printable US-ASCII as it is, everything else in base64
 * without superfluous shifts.
 */
export function isCanonicalName(encoded: string): boolean {
  return /^[\x20-\x25\x27-\x7e]*$/.test(encoded) || encodeMailboxName(decodeMailboxName(encoded)) === encoded;
}

/** Encodes a mailbox name as IMAP4rev1 and Maildir use it. */
export function encodeMailboxName(text: string): string {
  return text.replace(/&|[^\x20-\x7e]+/g, (part) => (part === '&' ? '&-' : `&${encodeShifted(part)}-`));
}

function encodeShifted(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('base64').replace(/=+$/, '').replaceAll('/', ',');
}
