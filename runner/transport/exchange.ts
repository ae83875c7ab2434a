import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { curves } from './certificate.ts';
import { RecordTap } from './record-tap.ts';
import { readServerFlight } from './server-flight.ts';
import type { HandshakeOptions, TemporaryKey, TlsFacts } from './transport.ts';

/** Facts about a successful handshake that the socket does not provide. */
export interface Exchanged {
  readonly staple?: TlsFacts['staple'];
  readonly temporaryKey?: TemporaryKey | undefined;
}

export interface Exchange {
  /** Called at the end of the handshake; informs the inspector once. */
  readonly end: () => void;
  readonly seen: () => Exchanged;
}

/**
 * Must listen from the beginning, since events are not repeated; `undefined` if nothing needs it. `plain`: a
 * `RecordTap` that keeps records, if the options have an inspector.
 */
export function watchExchange(
  socket: TLSSocket,
  plain: Duplex,
  { staple, inspect }: Pick<HandshakeOptions, 'staple' | 'inspect'>,
): Exchange | undefined {
  if (staple !== true && inspect === undefined) return undefined;
  let stapled: Buffer | null = null;
  let session: Buffer | undefined;
  let secret: Buffer | undefined;
  let temporaryKey: TemporaryKey | undefined;
  if (staple === true) {
    socket.once('OCSPResponse', (response: Buffer | null) => {
      stapled = response;
    });
  }
  if (inspect !== undefined) {
    socket.on('session', (given: Buffer) => {
      session = given;
    });
    socket.on('keylog', (line: Buffer) => {
      secret ??= serverSecret(line);
    });
  }
  return {
    end() {
      const flight = plain instanceof RecordTap ? readServerFlight(plain.takeKept(), secret) : undefined;
      temporaryKey = temporaryKeyOf(socket, flight?.group);
      inspect?.({ flight, session: () => session });
    },
    seen: () => ({ temporaryKey, ...(staple === true && { staple: stapled }) }),
  };
}

/** The key log format of NSS, which every TLS library writes: label, client random, secret. */
function serverSecret(line: Buffer): Buffer | undefined {
  const [label, , secret = ''] = line.toString('latin1').trim().split(' ');
  return label === 'SERVER_HANDSHAKE_TRAFFIC_SECRET' ? Buffer.from(secret, 'hex') : undefined;
}

/** Groups by IANA's number that OpenSSL has no name for in the versions of Node that can report it. */
const groups: Readonly<Record<number, TemporaryKey>> = {
  4587: { type: 'hybrid', curve: 'SecP256r1MLKEM768' },
  4588: { type: 'hybrid', curve: 'X25519MLKEM768' },
  4589: { type: 'hybrid', curve: 'SecP384r1MLKEM1024' },
};

/** Available while the connection is open. `group`: for groups that OpenSSL has no name for. */
export function temporaryKeyOf(socket: TLSSocket, group?: number): TemporaryKey | undefined {
  const { type, name, size } = (socket.getEphemeralKeyInfo() ?? {}) as {
    readonly type?: string;
    readonly name?: string;
    readonly size?: number;
  };
  if (type !== 'ECDH' && type !== 'DH') return group === undefined ? undefined : groups[group];
  return {
    type,
    ...(name !== undefined && { curve: curves[name] ?? name }),
    ...(size !== undefined && { size }),
  };
}
