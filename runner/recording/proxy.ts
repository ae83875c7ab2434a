import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { messageOf } from '../phrase.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { connect } from '../transport/connect.ts';
import type { ConnectOptions, HandshakeOptions } from '../transport/transport.ts';
import { createNotes, createRoom, type Recorded, type Room } from './notes.ts';
import { relay, secured } from './relay.ts';

export interface ProxyOptions {
  readonly host: string;
  readonly port: number;
  /** TLS from the first octet, on the client's side. */
  readonly implicitTls: boolean;
  readonly protocol: Protocol;
  readonly upstream: Pick<ConnectOptions, 'address' | 'tls'>;
  /** For the server's side, after STARTTLS. */
  readonly tls: HandshakeOptions;
  readonly secureContext: SecureContext;
  readonly signal: AbortSignal;
  readonly clock: () => number;
  /** Called when a session is over. */
  readonly onSession: (session: ProxySession) => Promise<void>;
}

export interface ProxySession {
  /** From 1, in the order in which clients connected. */
  readonly number: number;
  readonly lines: readonly Recorded[];
  /** Why it ended early. */
  readonly trouble?: string;
}

export interface Proxy {
  readonly port: number;
  /** Resolves when it no longer listens, and every session is over and reported. */
  readonly closed: Promise<void>;
}

/** The time limit for connecting to the server, in milliseconds. */
const connectTimeout = 30_000;
/** The most simultaneous clients; further ones wait in the system's queue, or are refused. */
const mostClients = 256;

/** Listens until the signal aborts; each client gets its own connection to the server. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const { host, port, signal } = options;
  const room = createRoom();
  let number = 0;
  const running = new Set<Promise<void>>();
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    number++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const session = serve(socket, number, room, options).finally(() => running.delete(session));
    running.add(session);
  });
  server.maxConnections = mostClients;
  server.listen({ host, port });
  await once(server, 'listening');
  const closed = once(server, 'close').then(async () => {
    await Promise.all(running);
  });
  const stop = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return { port: (server.address() as AddressInfo).port, closed };
}

async function serve(socket: Socket, number: number, room: Room, options: ProxyOptions): Promise<void> {
  const { protocol, upstream, tls, secureContext, signal, clock, onSession } = options;
  const notes = createNotes(clock, room);
  let trouble: string | undefined;
  try {
    const client = options.implicitTls ? await secured(socket, secureContext) : socket;
    const transport = await connect({
      ...upstream,
      deadline: clock() + connectTimeout,
      signal,
      clock,
      observer: { received() {}, sent() {}, note() {} },
    });
    await relay({ client, upstream: transport, protocol, secureContext, tls, notes, clock });
  } catch (error) {
    if (!signal.aborted) trouble = messageOf(error);
    socket.destroy();
  }
  await onSession({ number, lines: notes.finish(), ...(trouble !== undefined && { trouble }) });
  notes.release();
}
