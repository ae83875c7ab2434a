import { isPositive } from '../protocol/protocols.ts';
import type { Note } from '../result.ts';
import { type Transport, TransportError } from '../transport/transport.ts';
import type { CheckContext, Seen } from './check.ts';
import { limits } from './limits.ts';
import { lineOf } from './starttls.ts';
import { endsWordless, replyIn, type TlsPeer, tryHandshake } from './tls-peer.ts';

/** What is known of a refusal without an alert. */
export type Doubt = Pick<Seen, 'wordless' | 'reply'>;

/** The server refused a connection before TLS began: in plain text, or without a word. */
export class Unasked extends Error {
  readonly text: string | undefined;
  constructor(text: string | undefined) {
    super('the server did not wait for TLS');
    this.name = 'Unasked';
    this.text = text;
  }
}

/**
 * Waits for what a server does before TLS begins, which a good one does not. A limit on connections acts at once, a
 * refusal of a handshake only after the handshake has begun. Throws `Unasked`.
 */
export async function awaitUnasked(transport: Transport, context: CheckContext): Promise<void> {
  const now = context.clock();
  // Half of the time is left for the handshake.
  const deadline = now + Math.min(limits.unasked, Math.max(0, context.deadline - now) / 2);
  let text = '';
  try {
    while (!text.includes('\n') && text.length < limits.shownLine) {
      const octets = await transport.read(deadline);
      if (octets === null) break;
      text += octets.toString('latin1');
    }
  } catch (error) {
    if (!(error instanceof TransportError) || error.kind === 'aborted') throw error;
    if (error.kind === 'timeout' && text === '') return;
  }
  throw new Unasked(text === '' ? undefined : text);
}

/**
 * What a text means that a server sent instead of TLS. A greeting, or anything that is not of the protocol, belongs to
 * a port without TLS; a negative reply may be a limit.
 */
export function doubtAbout(peer: TlsPeer, text: string | undefined): Doubt {
  if (text === undefined) return { wordless: true };
  const reply = replyIn(peer, text);
  return reply === undefined || isPositive(reply) ? {} : { wordless: true, reply: lineOf(reply) };
}

/** Whether a handshake with usual options shows that the server begins TLS on this port now. */
export async function beginsTls(
  usual: TlsPeer,
  context: CheckContext,
  note: (note: string | Note) => void,
): Promise<boolean> {
  try {
    await tryHandshake(usual, context, note);
    return true;
  } catch (error) {
    if (!(error instanceof TransportError) || error.kind === 'aborted') throw error;
    return error.kind !== 'timeout' && !endsWordless(usual, error);
  }
}
