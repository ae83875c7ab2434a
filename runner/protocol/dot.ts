const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const end = Buffer.from('.\r\n');
const crlf = Buffer.from('\r\n');
const stuffedStart = Buffer.from('\r\n.');

/**
 * A message's content as it goes over the wire after DATA: a dot put before each line that begins with one,
 * CRLF added where the content does not end with it, and the final dot line.
 * Lines are what CRLF ends (RFC 5321 section 2.3.8): a bare LF or CR goes out as it stands, and a dot behind it
 * too, since only this shows what a server makes of it.
 */
export function dotStuff(bytes: Buffer): Buffer {
  // RFC 5321 section 4.5.2. The CRLF before the final dot is the message's own; without content, the DATA line's.
  const ended =
    bytes.length === 0 || (bytes.length > 1 && bytes[bytes.length - 1] === LF && bytes[bytes.length - 2] === CR);
  return stuffed(bytes, ended ? end : Buffer.concat([crlf, end]));
}

/** The beginning of a message's content: no end is added. */
export function stuffDots(bytes: Buffer): Buffer {
  return stuffed(bytes, Buffer.alloc(0));
}

function stuffed(bytes: Buffer, tail: Buffer): Buffer {
  // Nearly every message has no such line, and one native search says so.
  if (bytes[0] !== DOT && !bytes.includes(stuffedStart)) return Buffer.concat([bytes, tail]);

  const { length } = bytes;
  let dots = 0;
  for (let at = 0; at < length; at++) if (bytes[at] === DOT && beginsLine(bytes, at)) dots++;
  const result = Buffer.allocUnsafe(length + dots + tail.length);
  let to = 0;
  for (let at = 0; at < length; at++) {
    const octet = bytes[at] ?? 0;
    if (octet === DOT && beginsLine(bytes, at)) result[to++] = DOT;
    result[to++] = octet;
  }
  tail.copy(result, to);
  return result;
}

function beginsLine(bytes: Buffer, at: number): boolean {
  return at === 0 || (bytes[at - 1] === LF && bytes[at - 2] === CR);
}

/** Whether a line, without its line end, is the one that ends a body. */
export function isFinalDot(line: string): boolean {
  return line === '.';
}

/** A body's line as it was before stuffing. RFC 1939 section 3, RFC 5321 section 4.5.2. */
export function dotUnstuff(line: string): string {
  return line.startsWith('.') ? line.slice(1) : line;
}
