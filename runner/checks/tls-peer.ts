import type { ReplyLine } from '../mismatch.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { isPositive } from '../protocol/protocols.ts';
import { ProtocolError, type Reply } from '../protocol/reply.ts';
import type { Note } from '../result.ts';
import { connect } from '../transport/connect.ts';
import { faultOf } from '../transport/fault.ts';
import {
  type ConnectOptions,
  type HandshakeOptions,
  type TlsFacts,
  type Transport,
  TransportError,
} from '../transport/transport.ts';
import { type CheckContext, checkErrorFrom } from './check.ts';
import { limits } from './limits.ts';
import { askForTls, lineOf } from './starttls.ts';

/** A server with TLS, from the first octet or after its protocol's own command. */
export interface TlsPeer {
  readonly address: Exclude<ConnectOptions['address'], { readonly to: 'command' }>;
  readonly protocol: Protocol;
  readonly implicitTls: boolean;
  readonly tls: HandshakeOptions;
  readonly family?: 4 | 6;
  readonly localAddress?: string;
  readonly proxyProtocol?: ConnectOptions['proxyProtocol'];
}

/** A handshake that succeeded. `refusal`: what the server sent then instead of a greeting, to end the session. */
export interface Handshaken {
  readonly facts: TlsFacts;
  readonly refusal?: ReplyLine;
}

/**
 * Opens a connection, makes one handshake, and closes it. `begun` is called before the handshake: errors before that
 * say nothing about the handshake. `done` is called after it, with the connection. Throws a `CheckError`, or the
 * handshake's `TransportError`.
 *
 * Postfix names its limit of new TLS sessions only in the first session that exceeds it, so nothing that arrives before
 * the end of the connection is missed.
 */
export async function tryHandshake(
  peer: TlsPeer,
  context: CheckContext,
  note: (note: string | Note) => void,
  begun: (transport: Transport) => void | Promise<void> = () => undefined,
  done: (transport: Transport, facts: TlsFacts) => Promise<void> = async () => undefined,
): Promise<Handshaken> {
  let text = '';
  const transport = await open(peer, context, note, (octets) => {
    if (peer.implicitTls && text.length < limits.shownLine) text += octets.toString('latin1');
  });
  let facts: TlsFacts;
  try {
    try {
      if (!peer.implicitTls) await askForTls(transport, peer.protocol, context.deadline, note);
    } catch (error) {
      if (!(error instanceof TransportError) || error.during !== 'handshake') throw checkErrorFrom(error);
      await begun(transport);
      throw error;
    }
    await begun(transport);
    facts = await transport.handshake({ verify: false, ...peer.tls }, context.deadline);
    await done(transport, facts);
  } finally {
    await transport.close();
  }
  const reply = replyIn(peer, text);
  return { facts, ...(reply !== undefined && !isPositive(reply) && { refusal: lineOf(reply) }) };
}

/**
 * If TLS begins with the first octet, an end without an alert is an end without a word; so is a refusal in plain text,
 * such as Exim's 421, which no TLS client can read.
 */
export function endsWordless({ implicitTls }: TlsPeer, error: unknown): boolean {
  if (!implicitTls || !(error instanceof TransportError) || error.during !== 'handshake') return false;
  const fault = faultOf(error);
  return error.kind === 'closed' || (fault?.kind === 'handshake' && fault.how === 'not TLS');
}

/** The reply that a server sent unasked; `undefined` if the text is not a reply of the protocol. */
export function replyIn({ protocol }: TlsPeer, text: string): Reply | undefined {
  const parser = protocol.createParser();
  try {
    parser.push(Buffer.from(text, 'latin1'));
    return parser.take();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return undefined;
  }
}

async function open(
  peer: TlsPeer,
  context: CheckContext,
  note: (note: string | Note) => void,
  received: (octets: Buffer) => void,
) {
  try {
    return await connect({
      address: peer.address,
      ...(peer.family !== undefined && { family: peer.family }),
      ...(peer.localAddress !== undefined && { localAddress: peer.localAddress }),
      ...(peer.proxyProtocol !== undefined && { proxyProtocol: peer.proxyProtocol }),
      ...context,
      observer: { received, sent: () => undefined, note },
    });
  } catch (error) {
    throw checkErrorFrom(error);
  }
}

/**
 * RFC 8446 section 4.4.2.4: in TLS 1.3 the client finishes before the server has seen its certificate, or that it has
 * none. A refusal arrives instead of the server's first reply; if no reply is due, this asks for one. Throws the
 * refusal.
 */
export async function heedLateRefusal(
  transport: Transport,
  peer: Pick<TlsPeer, 'protocol' | 'implicitTls'>,
  context: Pick<CheckContext, 'clock' | 'deadline'>,
): Promise<void> {
  const { greets, starttls, createTags } = peer.protocol;
  const speaks = peer.implicitTls ? greets : starttls?.advertisesAgain === true;
  const deadline = Math.min(context.deadline, context.clock() + limits.lateRefusal);
  try {
    if (!speaks && starttls !== undefined) {
      const tag = createTags?.().fresh();
      const line = tag === undefined ? starttls.command : `${tag} ${starttls.command}`;
      await transport.write(Buffer.from(`${line}\r\n`), deadline);
    }
    await transport.read(deadline);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    // Silence, and an end without a word, are not refusals.
    if (error.kind === 'handshake' || error.kind === 'aborted') throw error;
  }
}
