const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const end = Buffer.from('.\r\n');
const crlf = Buffer.from('\r\n');
const stuffedStart = Buffer.from('\r\n.');

/**
 * A message's content as it is sent after DATA: with a dot before each line that begins with one, CRLF at the end if it
 * is missing, and the final dot line. A line ends with CRLF (RFC 5321 section 2.3.8): a bare LF or CR is sent as it is,
 * and so is a dot after it, since only this shows how a server treats it.
 */
export function dotStuff(bytes: Buffer): Buffer {
  // RFC 5321 section 4.5.2. The CRLF before the final dot belongs to the message; if that is empty, to the DATA line.
  const ended =
    bytes.length === 0 || (bytes.length > 1 && bytes[bytes.length - 1] === LF && bytes[bytes.length - 2] === CR);
  return stuffed(bytes, ended ? end : Buffer.concat([crlf, end]));
}

/** Dot-stuffs the beginning of a message's content, without adding an end. */
export function stuffDots(bytes: Buffer): Buffer {
  return stuffed(bytes, Buffer.alloc(0));
}

function stuffed(bytes: Buffer, tail: Buffer): Buffer {
  // Nearly every message has no such line, which one native search shows.
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

/** Whether a line, without its line ending, ends a body. */
export function isFinalDot(line: string): boolean {
  return line === '.';
}

/** A line of a body without the stuffed dot (RFC 1939 section 3, RFC 5321 section 4.5.2). */
export function dotUnstuff(line: string): string {
  return line.startsWith('.') ? line.slice(1) : line;
}
