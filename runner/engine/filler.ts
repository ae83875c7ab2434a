/** A message: the composed octets, and the number of filler octets that are generated while it is sent. */
export interface Composed {
  readonly content: Buffer;
  readonly filler: number;
}

/** A longer filler is generated piece by piece while it is sent, so that a message of gigabytes needs no memory. */
export const longestFiller = 1024 * 1024;

/** Lines of 76 characters and CRLF, well below the 998 of RFC 5322. None begins with a dot. */
const fillerLine = Buffer.from(`${'mailspec '.repeat(9).slice(0, 76)}\r\n`);
const linesInPiece = 3360;

export function filler(size: number): Buffer {
  const bytes = Buffer.alloc(size, fillerLine);
  // A cut within a line ending must not leave a bare CR.
  if (size > 0 && bytes[size - 1] === 0x0d) bytes[size - 1] = 0x20;
  return bytes;
}

/** The content, padded by this many octets. */
export function fillUp(content: Buffer, missing: number): Buffer {
  if (missing === 0) return content;
  // Whole lines, and then a last line of the exact remaining size, with its own CRLF.
  if (missing === 1) return Buffer.concat([content.subarray(0, -2), Buffer.from('.\r\n')]);
  return Buffer.concat([content, lastFiller(missing)]);
}

/** The last line of the filler; it ends with CRLF. */
function lastFiller(size: number): Buffer {
  const body = filler(size - 2);
  if (body.length > 0 && body[body.length - 1] === 0x0a) body[body.length - 1] = 0x20;
  if (body.length > 1 && body[body.length - 2] === 0x0d) body[body.length - 2] = 0x20;
  return Buffer.concat([body, Buffer.from('\r\n')]);
}

/** The octets that `fillUp` adds, piece by piece. */
export function* fillerPieces(size: number): Generator<Buffer, void> {
  const piece = filler(linesInPiece * fillerLine.length);
  let left = size;
  for (; left >= piece.length + 2 * fillerLine.length; left -= piece.length) yield piece;
  yield lastFiller(left);
}
