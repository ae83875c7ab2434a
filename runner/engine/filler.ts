/** A message: what was composed, and how many octets fill it up and are made while it is sent. */
export interface Composed {
  readonly content: Buffer;
  readonly filler: number;
}

/** A longer filler is made piece by piece while it is sent: a message of gigabytes costs no memory. */
export const longestFiller = 1024 * 1024;

/** Lines of 76 characters and CRLF, well under RFC 5322's 998; none begins with a dot. */
const fillerLine = Buffer.from(`${'mailspec '.repeat(9).slice(0, 76)}\r\n`);
const linesInPiece = 3360;

export function filler(size: number): Buffer {
  const bytes = Buffer.alloc(size, fillerLine);
  // An octet count that ends within a line end must not leave a bare CR.
  if (size > 0 && bytes[size - 1] === 0x0d) bytes[size - 1] = 0x20;
  return bytes;
}

/** The content and so many octets more. */
export function fillUp(content: Buffer, missing: number): Buffer {
  if (missing === 0) return content;
  // Whole lines, and the last octets before a CRLF of its own, so that the size is exact.
  if (missing === 1) return Buffer.concat([content.subarray(0, -2), Buffer.from('.\r\n')]);
  return Buffer.concat([content, lastFiller(missing)]);
}

/** Ends with CRLF. */
function lastFiller(size: number): Buffer {
  const body = filler(size - 2);
  if (body.length > 0 && body[body.length - 1] === 0x0a) body[body.length - 1] = 0x20;
  if (body.length > 1 && body[body.length - 2] === 0x0d) body[body.length - 2] = 0x20;
  return Buffer.concat([body, Buffer.from('\r\n')]);
}

/** The octets that `fillUp` adds, in pieces. */
export function* fillerPieces(size: number): Generator<Buffer, void> {
  const piece = filler(linesInPiece * fillerLine.length);
  let left = size;
  for (; left >= piece.length + 2 * fillerLine.length; left -= piece.length) yield piece;
  yield lastFiller(left);
}
