import type { Socket } from 'node:net';
import { writeHostAndPort } from '../host-and-port.ts';
import { messageOf } from '../phrase.ts';
import { type Dialled, dialNetwork, dialUnix } from './dial.ts';
import { startProgram } from './program.ts';
import { type Endpoint, localHeader, parseEndpoint, proxyHeader } from './proxy-protocol.ts';
import { StreamTransport } from './stream.ts';
import {
  type Connection,
  type ConnectionFacts,
  type ConnectOptions,
  type TlsFacts,
  type Transport,
  TransportError,
} from './transport.ts';

/**
 * Opens a connection (a network address, a unix socket, or a program's standard input and output), then sends the PROXY
 * header and starts TLS if requested. Rejects with a `TransportError`: `name`, `refused`, `timeout`, `connect`,
 * `aborted`, and with TLS those of `Transport.handshake`. Nothing is left open then.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { address } = options;
  // The usual case, without a promise for one of three ways.
  const transport =
    address.to === 'network'
      ? overNetwork(await dialNetwork(address.host, address.port, options), address, options)
      : await open(address, options);
  try {
    if (options.signal.aborted) {
      throw new TransportError('aborted', 'connect', 'Cannot connect: the run was ended', {
        cause: options.signal.reason,
      });
    }
    if (options.proxyProtocol !== undefined) await writeProxyHeader(transport, options.proxyProtocol, options.deadline);
    if (options.tls !== undefined) await transport.handshake(options.tls, options.deadline);
  } catch (error) {
    transport.reset();
    throw error;
  }
  return transport;
}

type Address<To extends ConnectOptions['address']['to']> = Extract<ConnectOptions['address'], { readonly to: To }>;

function overNetwork(
  { socket, inlet, host }: Dialled & { readonly host: string },
  address: Address<'network'>,
  { signal, clock, observer }: ConnectOptions,
): StreamTransport {
  const facts = new NetworkFacts(socket, host, address.port);
  observer.note({ kind: 'connected', remote: facts.remote });
  return new StreamTransport(socket, { facts, inlet, host: address.host, signal, clock, observer });
}

async function open(address: Address<'unix' | 'command'>, options: ConnectOptions): Promise<Connection> {
  const { signal, clock, observer } = options;
  switch (address.to) {
    case 'unix': {
      const { socket, inlet } = await dialUnix(address.path, address.within, options);
      observer.note({ kind: 'connected', remote: address.path });
      return new StreamTransport(socket, { facts: { remote: address.path }, inlet, signal, clock, observer });
    }
    case 'command': {
      const { command, cwd, inherit } = address;
      const { stream, end } = await startProgram({
        command,
        cwd,
        inherit,
        signal,
        note: (text) => observer.note(text),
      });
      const remote = command.join(' ');
      observer.note(`started ${remote}`);
      return new StreamTransport(stream, { facts: { remote }, signal, clock, observer, end });
    }
  }
}

async function writeProxyHeader(
  transport: Transport,
  { version, command, source, destination }: NonNullable<ConnectOptions['proxyProtocol']>,
  deadline: number,
): Promise<void> {
  const { local, remote } = transport.facts;
  let header: Buffer;
  try {
    header =
      command === 'LOCAL' ? localHeader(version) : proxyHeader(version, proxyEnds(source, destination, local, remote));
  } catch (cause) {
    throw new TransportError('connect', 'connect', messageOf(cause), { cause });
  }
  await transport.write(header, deadline);
}

/** The ends that the author specifies, else the connection's own. A pipe has none. */
function proxyEnds(
  source: string | undefined,
  destination: string | undefined,
  local: string | undefined,
  remote: string,
): { readonly source: Endpoint; readonly destination: Endpoint } | undefined {
  if (local === undefined && source === undefined && destination === undefined) return undefined;
  const own =
    local === undefined ? undefined : { source: parseEndpoint(local, 0), destination: parseEndpoint(remote, 0) };
  const ends = {
    source: source === undefined ? own?.source : parseEndpoint(source, own?.source.port ?? 0),
    destination: destination === undefined ? own?.destination : parseEndpoint(destination, own?.destination.port ?? 0),
  };
  if (ends.source === undefined || ends.destination === undefined) {
    throw new Error(
      'Cannot write a PROXY header: a pipe has no addresses; give both source and destination, or neither',
    );
  }
  return { source: ends.source, destination: ends.destination };
}

/**
 * The local end is determined only when it is needed, while the connection is open: it takes a system call, and a
 * connection that was reset no longer has one. (A class instead of a getter in an object literal, for the reason given
 * in `stream.ts`.)
 */
class NetworkFacts implements ConnectionFacts {
  tls: TlsFacts | undefined;
  readonly remote: string;
  readonly #socket: Socket;
  #local: string | undefined;
  constructor(socket: Socket, address: string, port: number) {
    this.remote = writeHostAndPort(address, port);
    this.#socket = socket;
  }
  get local(): string | undefined {
    const { localAddress, localPort = 0 } = this.#socket;
    if (this.#local === undefined && localAddress !== undefined)
      this.#local = writeHostAndPort(localAddress, localPort);
    return this.#local;
  }
}
