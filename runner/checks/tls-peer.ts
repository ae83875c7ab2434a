import type { Protocol } from '../protocol/protocol.ts';
import type { Note } from '../result.ts';
import { connect } from '../transport/connect.ts';
import type { ConnectOptions, HandshakeOptions, TlsFacts } from '../transport/transport.ts';
import { type CheckContext, checkErrorFrom } from './check.ts';
import { askForTls } from './starttls.ts';

/** A server that speaks TLS, from the first octet or after its protocol's own command. */
export interface TlsPeer {
  readonly address: Exclude<ConnectOptions['address'], { readonly to: 'command' }>;
  readonly protocol: Protocol;
  readonly implicitTls: boolean;
  readonly tls: HandshakeOptions;
  readonly family?: 4 | 6;
  readonly localAddress?: string;
  readonly proxyProtocol?: ConnectOptions['proxyProtocol'];
}

/**
 * One connection and one handshake, closed again. `begun` is called before the handshake: what is thrown before
 * says nothing about it. Throws a `CheckError`, or the handshake's `TransportError`.
 */
export async function tryHandshake(
  peer: TlsPeer,
  context: CheckContext,
  note: (note: string | Note) => void,
  begun: () => void = () => undefined,
): Promise<TlsFacts> {
  const transport = await open(peer, context, note);
  try {
    try {
      if (!peer.implicitTls) await askForTls(transport, peer.protocol, context.deadline, note);
    } catch (error) {
      throw checkErrorFrom(error);
    }
    begun();
    return await transport.handshake({ verify: false, ...peer.tls }, context.deadline);
  } finally {
    await transport.close();
  }
}

async function open(peer: TlsPeer, context: CheckContext, note: (note: string | Note) => void) {
  try {
    return await connect({
      address: peer.address,
      ...(peer.family !== undefined && { family: peer.family }),
      ...(peer.localAddress !== undefined && { localAddress: peer.localAddress }),
      ...(peer.proxyProtocol !== undefined && { proxyProtocol: peer.proxyProtocol }),
      ...context,
      observer: { received: () => undefined, sent: () => undefined, note },
    });
  } catch (error) {
    throw checkErrorFrom(error);
  }
}
