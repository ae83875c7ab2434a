import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import { type CheckContext, CheckError, timeLimit } from './check.ts';
import { dial } from './dial.ts';

export interface NameServer {
  readonly address: string;
  readonly port: number;
}

/**
 * The first datagram that `accepts` approves; `undefined` if none arrives by the deadline. Rejects with a
 * `CheckError`, `connect.failed`, if nothing listens at the server.
 */
export function askByUdp(
  server: NameServer,
  query: Buffer,
  accepts: (datagram: Buffer) => boolean,
  context: CheckContext,
): Promise<Buffer | undefined> {
  const limit = timeLimit(context);
  const socket = createSocket(isIP(server.address) === 6 ? 'udp6' : 'udp4');
  return new Promise<Buffer | undefined>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ECONNREFUSED' ? 'nothing listens there' : error.message;
      reject(new CheckError('connect.failed', `Cannot ask ${shownServer(server)}: ${why}`, { cause: error }));
    };
    const end = () => (limit.expired() ? resolve(undefined) : reject(limit.signal.reason));
    limit.signal.addEventListener('abort', end, { once: true });
    if (limit.signal.aborted) end();
    socket.on('error', fail);
    // The socket is connected, so the kernel drops datagrams from other hosts and reports ICMP errors.
    socket.on('message', (datagram) => {
      if (accepts(datagram)) resolve(datagram);
    });
    socket.connect(server.port, server.address, () => socket.send(query, (error) => error && fail(error)));
  }).finally(() => {
    limit.done();
    socket.removeAllListeners('message');
    socket.on('error', () => undefined);
    socket.close();
  });
}

/** RFC 7766 section 8: two octets with the length, then the message. Rejects with a `CheckError`. */
export async function askByTcp(server: NameServer, query: Buffer, context: CheckContext): Promise<Buffer> {
  const socket = await dial(server.address, server.port, {}, context);
  const limit = timeLimit(context);
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const broken = (why: string) =>
        reject(new CheckError('connect.failed', `Cannot ask ${shownServer(server)} over TCP: ${why}`));
      let received = Buffer.alloc(0);
      socket.on('data', (octets) => {
        received = Buffer.concat([received, octets]); // at most 65,537 octets
        if (received.length < 2) return;
        const length = received.readUInt16BE(0);
        if (received.length >= length + 2) resolve(received.subarray(2, length + 2));
      });
      socket.on('end', () => broken('it closed the connection'));
      socket.on('error', (error) => broken(error.message));
      limit.signal.addEventListener(
        'abort',
        () => (limit.expired() ? broken('no answer in time') : reject(limit.signal.reason)),
        {
          once: true,
        },
      );
      const length = Buffer.alloc(2);
      length.writeUInt16BE(query.length);
      socket.write(Buffer.concat([length, query]));
    });
  } finally {
    limit.done();
    socket.on('error', () => undefined);
    socket.destroy();
  }
}

/** In the notation of `dig`. */
export function shownServer({ address, port }: NameServer): string {
  return `${address}#${port}`;
}
