import { lookup } from 'node:dns/promises';
import { connect, type IpcNetConnectOpts, isIP, type Socket, type TcpNetConnectOpts } from 'node:net';
import { AccessError } from '../access/open.ts';
import { type HeldSocket, holdSocket } from '../access/socket.ts';
import { readHostAndPort, writeHostAndPort } from '../host-and-port.ts';
import { messageOf } from '../phrase.ts';
import { forget, heed } from './abort.ts';
import { atDeadline } from './deadline.ts';
import { createInlet, type Inlet } from './inlet.ts';
import { type ConnectOptions, TransportError, type TransportErrorKind } from './transport.ts';

/** A socket, and the inlet for its octets. */
export interface Dialled {
  readonly socket: Socket;
  readonly inlet: Inlet;
}

type Dial = Pick<ConnectOptions, 'localAddress' | 'family' | 'deadline' | 'signal' | 'clock' | 'observer'>;

/**
 * Opens a TCP connection to the first of the name's addresses that accepts, in the resolver's order. `host` of the
 * result is that address. The remaining time is divided among the remaining addresses, so that a silent one does not
 * use up all of it.
 */
export async function dialNetwork(
  host: string,
  port: number,
  dial: Dial,
): Promise<Dialled & { readonly host: string }> {
  const literal = literalOf(host, dial);
  const addresses = literal === undefined ? await resolve(host, dial) : [literal];
  const failures: { readonly address: string; readonly error: TransportError }[] = [];
  for (const [index, address] of addresses.entries()) {
    const now = dial.clock();
    const deadline = now + (dial.deadline - now) / (addresses.length - index);
    const options: TcpNetConnectOpts = {
      host: address,
      port,
      noDelay: true,
      allowHalfOpen: true,
      autoSelectFamily: false,
      ...localEnd(dial.localAddress),
    };
    try {
      const { socket, inlet } = await dialOnce(options, deadline, dial);
      return { socket, inlet, host: address };
    } catch (cause) {
      const error = cause as TransportError;
      if (error.kind === 'aborted') throw error;
      failures.push({ address: writeHostAndPort(address, port), error });
      if (addresses.length > 1) dial.observer.note(`${writeHostAndPort(address, port)}: ${error.message}`);
    }
  }
  throw summary(failures);
}

/** Opens a connection to a unix socket. */
export async function dialUnix(path: string, within: readonly string[] | undefined, dial: Dial): Promise<Dialled> {
  let socket: HeldSocket;
  try {
    socket = holdSocket(path, within);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = cause instanceof AccessError ? 'the configuration does not allow this socket' : messageOf(cause);
    throw new TransportError('connect', 'connect', `Cannot connect to "${path}": ${why}`, {
      ...(code !== undefined && { system: code }),
      cause,
    });
  }
  try {
    return await dialOnce({ path: socket.path, allowHalfOpen: true }, dial.deadline, dial);
  } catch (cause) {
    const error = cause as TransportError;
    throw error.kind === 'aborted' ? error : summary([{ address: path, error }]);
  } finally {
    socket.release();
  }
}

/** The requested IP version, else that of the local address. */
function familyOf({ family, localAddress }: Dial): 0 | 4 | 6 {
  // Node 20's first check for an IPv6 address takes as long as a quarter of its start.
  return family ?? (localAddress === undefined ? 0 : (isIP(readHostAndPort(localAddress)?.host ?? '') as 0 | 4 | 6));
}

/** The local address to bind a socket to before it connects. */
export function localEnd(localAddress: string | undefined): Pick<TcpNetConnectOpts, 'localAddress' | 'localPort'> {
  if (localAddress === undefined) return {};
  const { host = localAddress, port } = readHostAndPort(localAddress) ?? {};
  return { localAddress: host, ...(port !== undefined && { localPort: port }) };
}

/** The host if it is an address, which needs no lookup. */
function literalOf(host: string, dial: Dial): string | undefined {
  const version = isIP(host);
  if (version === 0) return undefined;
  const family = familyOf(dial);
  if (family === 0 || family === version) return host;
  throw new TransportError('name', 'connect', `Cannot connect to "${host}": it is not an IPv${family} address`);
}

async function resolve(host: string, dial: Dial): Promise<readonly string[]> {
  const family = familyOf(dial);
  // The system's resolver cannot be stopped; a late result is ignored.
  const found = lookup(host, { all: true, family, verbatim: true });
  try {
    const addresses = await within(found, dial);
    return addresses.map((each) => each.address);
  } catch (cause) {
    if (cause instanceof TransportError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    const why = nameReasons[code ?? ''] ?? messageOf(cause);
    const kind = family === 0 ? 'address' : `IPv${family} address`;
    throw new TransportError('name', 'connect', `Cannot find an ${kind} of "${host}": ${why}`, {
      ...(code !== undefined && { system: code }),
      cause,
    });
  }
}

const nameReasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name does not exist',
  ENODATA: 'the name has none',
  EAI_AGAIN: 'the resolver did not answer, try again later',
};

function within<Value>(promise: Promise<Value>, { clock, deadline, signal }: Dial): Promise<Value> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      callOff();
      forget(signal, onAbort);
    };
    const onAbort = () => {
      settle();
      reject(aborted(signal));
    };
    const callOff = atDeadline(clock, deadline, () => {
      settle();
      reject(new TransportError('timeout', 'connect', 'Cannot find the address: the resolver did not answer in time'));
    });
    heed(signal, onAbort);
    promise.then(resolve, reject).finally(settle);
  });
}

/** Makes one attempt. Rejects with a `TransportError` whose message is only the reason: `connection refused`. */
function dialOnce(
  options: TcpNetConnectOpts | IpcNetConnectOpts,
  deadline: number,
  { signal, clock }: Dial,
): Promise<Dialled> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(aborted(signal));
      return;
    }
    const inlet = createInlet();
    let socket: Socket;
    try {
      socket = connect({ ...options, onread: inlet.onread });
    } catch (error) {
      reject(reasonOf(error as NodeJS.ErrnoException));
      return;
    }
    // Until the transport takes over, nothing else listens for errors.
    socket.on('error', () => undefined);
    const settle = () => {
      callOff();
      forget(signal, onAbort);
      socket.off('connect', onConnect);
      socket.off('error', onError);
    };
    const give = (error: TransportError) => {
      settle();
      socket.destroy();
      reject(error);
    };
    const onConnect = () => {
      settle();
      resolve({ socket, inlet });
    };
    const onError = (error: NodeJS.ErrnoException) => {
      // The server accepted the connection and reset it before we noticed: reading it shows that.
      if (error.code === 'ECONNRESET') onConnect();
      else give(reasonOf(error));
    };
    const onAbort = () => give(aborted(signal));
    const callOff = atDeadline(clock, deadline, () =>
      give(new TransportError('timeout', 'connect', 'no answer in time')),
    );
    heed(signal, onAbort);
    socket.on('connect', onConnect);
    socket.on('error', onError);
  });
}

function aborted(signal: AbortSignal): TransportError {
  return new TransportError('aborted', 'connect', 'Cannot connect: the run was ended', { cause: signal.reason });
}

const reasons: Readonly<Record<string, readonly [TransportErrorKind, string]>> = {
  ECONNREFUSED: ['refused', 'connection refused'],
  ETIMEDOUT: ['timeout', 'no answer in time'],
  EHOSTUNREACH: ['connect', 'no route to the host'],
  ENETUNREACH: ['connect', 'the network is unreachable'],
  EADDRNOTAVAIL: ['connect', 'the local address is not available'],
  EADDRINUSE: ['connect', 'the local port is in use'],
  ENOENT: ['connect', 'there is no such socket'],
  EACCES: ['connect', 'permission denied'],
  ENOTSOCK: ['connect', 'it is not a socket'],
};

function reasonOf(cause: NodeJS.ErrnoException): TransportError {
  const [kind, reason] = reasons[cause.code ?? ''] ?? ['connect', cause.message];
  return new TransportError(kind, 'connect', reason, {
    ...(cause.code !== undefined && { system: cause.code }),
    cause,
  });
}

/** One error for all addresses: `refused` if all refused, `timeout` if any was silent. */
function summary(failures: readonly { readonly address: string; readonly error: TransportError }[]): TransportError {
  const kinds = new Set(failures.map(({ error }) => error.kind));
  const kind = kinds.has('timeout') ? 'timeout' : kinds.size === 1 && kinds.has('refused') ? 'refused' : 'connect';
  const first = failures[0]?.error;
  const list = failures.map(({ address, error }) => `"${address}": ${error.message}`).join('; ');
  return new TransportError(kind, 'connect', `Cannot connect to ${list}`, {
    ...(first?.system !== undefined && { system: first.system }),
    cause: first?.cause ?? first,
  });
}
