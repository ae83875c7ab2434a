import { dotStuff, stuffDots } from '../protocol/smtp.ts';
import { type Composed, fillerPieces } from './filler.ts';
import { type Deadline, type Session, transmit, write } from './session.ts';

/**
 * Sends a message after DATA: dot-stuffed and with the final dot (RFC 5321 section 4.5.2). Filler ends with CRLF, and
 * none of its lines begins with a dot.
 */
export async function sendContent(session: Session, { content, filler }: Composed, deadline: Deadline): Promise<void> {
  const bytes = filler === 0 ? dotStuff(content) : stuffDots(content);
  await transmit(session, bytes, [{ bytes, as: 'message' }], 1, deadline);
  if (filler === 0) return;
  for (const piece of fillerPieces(filler)) await writePiece(session, piece, deadline);
  await writePiece(session, Buffer.from('.\r\n'), deadline);
}

/** A message in chunks (RFC 3030 section 2), of which only one piece at a time is in memory. */
export interface Chunks {
  readonly total: number;
  /** Sends the next `length` octets as a chunk. */
  send(length: number, isLast: boolean): Promise<void>;
}

export function chunksOf(session: Session, { content, filler }: Composed, deadline: Deadline): Chunks {
  const pieces = filler === 0 ? undefined : fillerPieces(filler);
  let piece = content;
  const take = (most: number): Buffer => {
    if (piece.length === 0) piece = pieces?.next().value ?? piece;
    const taken = piece.subarray(0, most);
    piece = piece.subarray(most);
    return taken;
  };
  return {
    total: content.length + filler,
    async send(length, isLast) {
      const first = take(length);
      const bytes = Buffer.concat([Buffer.from(`BDAT ${length}${isLast ? ' LAST' : ''}\r\n`), first]);
      await transmit(session, bytes, [{ bytes, as: 'message' }], 1, deadline);
      for (let left = length - first.length; left > 0; ) {
        const next = take(left);
        left -= next.length;
        await writePiece(session, next, deadline);
      }
    },
  };
}

/** If the server has ended the connection, the rest is not sent. */
function writePiece(session: Session, piece: Buffer, deadline: Deadline): void | Promise<void> {
  if (!session.transport.ended) return write(session, piece, deadline);
}
