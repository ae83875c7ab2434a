import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { noteWords } from '../words/problem.ts';
import { connect } from './connect.ts';
import type { Connection, ConnectOptions, Transport, TransportObserver } from './transport.ts';

/** What the tests of this room have in common: servers on free ports, and what an observer recorded. */
export interface Peer {
  readonly port: number;
  readonly server: Server;
  /** Connections that are open on the server's side. */
  readonly sockets: Set<Socket>;
  close(): Promise<void>;
}

export function clock(): number {
  return performance.now();
}

/** Long enough for anything that should happen. */
export function soon(): number {
  return clock() + 10_000;
}

export async function startPeer(
  serve: (socket: Socket) => void,
  options: { readonly path?: string; readonly host?: string; readonly halfOpen?: boolean } = {},
): Promise<Peer> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: options.halfOpen ?? false, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    serve(socket);
  });
  if (options.path === undefined) server.listen(0, options.host ?? '127.0.0.1');
  else server.listen(options.path);
  await once(server, 'listening');
  return {
    port: options.path === undefined ? (server.address() as AddressInfo).port : 0,
    server,
    sockets,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Resolves when the server has no connection left. */
export async function emptied(peer: Peer): Promise<void> {
  await Promise.all(Array.from(peer.sockets, (socket) => new Promise((resolve) => socket.on('close', resolve))));
}

export interface Recorder extends TransportObserver {
  readonly events: string[];
}

export function recorder(): Recorder {
  const events: string[] = [];
  return {
    events,
    received: (bytes) => void events.push(`S ${bytes.toString('latin1')}`),
    sent: (bytes) => void events.push(`C ${bytes.toString('latin1')}`),
    note: (note) => void events.push(`- ${typeof note === 'string' ? note : noteWords(note)}`),
  };
}

const silent: TransportObserver = { received: () => undefined, sent: () => undefined, note: () => undefined };

export function open(port: number, options: Partial<ConnectOptions> = {}): Promise<Connection> {
  return connect({
    address: { to: 'network', host: '127.0.0.1', port },
    deadline: soon(),
    signal: new AbortController().signal,
    clock,
    observer: silent,
    ...options,
  });
}

/** Reads until the end. */
export async function readAll(transport: Transport): Promise<string> {
  let all = '';
  for (let octets = await transport.read(soon()); octets !== null; octets = await transport.read(soon())) {
    all += octets.toString('latin1');
  }
  return all;
}

/** Reads until `count` octets have arrived. */
export async function readOctets(transport: Transport, count: number): Promise<string> {
  let all = '';
  while (all.length < count) {
    const octets = await transport.read(soon());
    if (octets === null) break;
    all += octets.toString('latin1');
  }
  return all;
}
