import { connect, type Socket } from 'node:net';
import { writeHostAndPort } from '../host-and-port.ts';
import { localEnd } from '../transport/dial.ts';
import { addressesOf } from './addresses.ts';
import { aborted, type CheckContext, CheckError, timeLimit } from './check.ts';

export interface Way {
  readonly family?: 4 | 6;
  readonly localAddress?: string;
}

/** The result of one attempt to connect to one address. */
export type Reached =
  | { readonly state: 'open'; readonly socket: Socket }
  /** RFC 9293 section 3.5.1: the port answered with RST. */
  | { readonly state: 'closed'; readonly reason: string }
  /** There was no answer in time, or a firewall reported that the host cannot be reached. */
  | { readonly state: 'filtered'; readonly reason: string };

/** ICMP's "host unreachable" and "administratively prohibited" (RFC 1812 section 5.2.7.1), which firewalls send. */
const refusals: Readonly<Record<string, Reached>> = {
  ECONNREFUSED: { state: 'closed', reason: 'connection refused' },
  ETIMEDOUT: { state: 'filtered', reason: 'no answer in time' },
  EHOSTUNREACH: { state: 'filtered', reason: 'the host cannot be reached' },
};

const troubles: Readonly<Record<string, string>> = {
  ENETUNREACH: 'this machine has no route to it',
  EADDRNOTAVAIL: 'the local address is not available',
  EADDRINUSE: 'the local port is in use',
  EACCES: 'permission denied',
};

/** Makes one attempt. Throws a `CheckError`, `connect.failed`, if it is impossible from this machine. */
export async function reach(
  address: string,
  port: number,
  localAddress: string | undefined,
  context: CheckContext,
): Promise<Reached> {
  if (context.signal.aborted) throw aborted(context.signal);
  const limit = timeLimit(context);
  const socket = connect({
    host: address,
    port,
    noDelay: true,
    autoSelectFamily: false,
    ...localEnd(localAddress),
  });
  try {
    return await new Promise<Reached>((resolve, reject) => {
      socket.once('connect', () => resolve({ state: 'open', socket }));
      socket.once('error', (cause: NodeJS.ErrnoException) => {
        const { code = '', message } = cause;
        // The port accepted the connection and reset it before we noticed.
        if (code === 'ECONNRESET') return resolve({ state: 'open', socket });
        const known = refusals[code];
        if (known !== undefined) return resolve(known);
        reject(
          new CheckError(
            'connect.failed',
            `Cannot connect to ${writeHostAndPort(address, port)}: ${troubles[code] ?? message}`,
            { cause },
          ),
        );
      });
      const end = () =>
        limit.expired() ? resolve({ state: 'filtered', reason: 'no answer in time' }) : reject(aborted(context.signal));
      limit.signal.addEventListener('abort', end, { once: true });
      if (limit.signal.aborted) end();
    }).then((reached) => {
      if (reached.state !== 'open') socket.destroy();
      return reached;
    });
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    limit.done();
    // The caller listens for errors of the socket itself.
    socket.on('error', () => undefined);
  }
}

/**
 * Connects to the first of the name's addresses that accepts. The remaining time is divided among the remaining
 * addresses. Throws a `CheckError`: `connect.name`, `connect.failed`, `connect.timeout`.
 */
export async function dial(host: string, port: number, way: Way, context: CheckContext): Promise<Socket> {
  const addresses = await addressesOf(host, way.family, context);
  const failures: string[] = [];
  let silent = false;
  for (const [index, address] of addresses.entries()) {
    const left = context.deadline - context.clock();
    const reached = await reach(address, port, way.localAddress, {
      ...context,
      deadline: context.clock() + left / (addresses.length - index),
    });
    if (reached.state === 'open') return reached.socket;
    silent ||= reached.state === 'filtered';
    failures.push(`${writeHostAndPort(address, port)}: ${reached.reason}`);
  }
  throw new CheckError(silent ? 'connect.timeout' : 'connect.failed', `Cannot connect to ${failures.join('; ')}`);
}
