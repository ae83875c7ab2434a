import type { Socket } from 'node:net';
import { writeHostAndPort } from '../host-and-port.ts';
import type { Note } from '../result.ts';
import { forget, heed } from '../transport/abort.ts';
import { atDeadline } from '../transport/deadline.ts';
import { certificateError, startTls } from '../transport/tls.ts';
import { type HandshakeOptions, type TlsFacts, TransportError } from '../transport/transport.ts';
import type { CheckContext } from './check.ts';
import { dial, type Way } from './dial.ts';

export interface HttpRoute extends Way {
  readonly host: string;
  readonly port: number;
  /** The address to connect to instead of the URL's host and port. */
  readonly address?: { readonly host: string; readonly port: number };
  readonly tls?: HandshakeOptions;
}

/**
 * Opens a connection for one request, over TLS if the route has options for it. Rejects with a `CheckError` or a
 * `TransportError`.
 */
export async function openHttp(
  route: HttpRoute,
  context: CheckContext,
  note: (note: string | Note) => void,
): Promise<Socket> {
  const { host, port } = route.address ?? route;
  const socket = await dial(host, port, route, context);
  note({ kind: 'connected', remote: writeHostAndPort(socket.remoteAddress ?? host, socket.remotePort ?? port) });
  if (route.tls === undefined) return socket;
  try {
    const { stream, facts } = await handshake(socket, route.host, route.tls, context, note);
    if (!facts.authorized && route.tls.verify !== false) throw certificateError(facts);
    return stream;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function handshake(
  socket: Socket,
  host: string,
  tls: HandshakeOptions,
  { signal, deadline, clock }: CheckContext,
  note: (note: string | Note) => void,
): Promise<{ readonly stream: Socket; readonly facts: TlsFacts }> {
  return new Promise((resolve, reject) => {
    const callOff = atDeadline(clock, deadline, () => {
      reject(new TransportError('timeout', 'handshake', 'Cannot complete the TLS handshake: no answer in time'));
    });
    const end = () => reject(new TransportError('aborted', 'handshake', 'Cannot go on: the run was ended'));
    heed(signal, end);
    const settle = () => {
      callOff();
      forget(signal, end);
    };
    const stream = startTls(
      socket,
      host,
      { alpn: ['http/1.1'], ...tls },
      {
        secured(secured) {
          settle();
          note({ kind: 'encrypted', text: secured.note });
          resolve({ stream, facts: secured.facts });
        },
        failed(error) {
          settle();
          reject(error);
        },
      },
    );
    // Until the request, nothing else listens for errors.
    stream.on('error', () => undefined);
  });
}
