import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { messageOf } from '../phrase.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { acceptTls, clientReason } from '../transport/accept-tls.ts';
import { atDeadline } from '../transport/deadline.ts';
import { isTlsError } from '../transport/tls-errors.ts';
import type { Connection, HandshakeOptions } from '../transport/transport.ts';
import { watchCompression } from './compression.ts';
import type { Notes } from './notes.ts';
import { watchStartTls } from './starttls.ts';

export interface RelayOptions {
  /** We keep it open on our side until we close it, whatever the client does (`allowHalfOpen`). */
  readonly client: Socket;
  readonly upstream: Connection;
  readonly protocol: Protocol;
  /** For the client's side, after STARTTLS. */
  readonly secureContext: SecureContext;
  /** For the server's side. */
  readonly tls: HandshakeOptions;
  readonly notes: Notes;
  readonly clock: () => number;
}

/**
 * The time limit for a write, for a handshake, and for a server's reply to a client that has closed its side, in
 * milliseconds.
 */
const patience = 60_000;
/** A read waits as long as both sides are connected. */
const forever = 1e9;
/** Milliseconds that a client has to close the connection after the server has closed it. */
const closeGrace = 1000;

/**
 * Passes octets on unchanged in both directions, until the server or both sides close the connection. If the client
 * starts TLS after STARTTLS, both sides are encrypted from then on.
 */
export async function relay(options: RelayOptions): Promise<void> {
  const { upstream, notes, clock } = options;
  const starttls = watchStartTls(options.protocol);
  const compression = watchCompression(options.protocol, notes);
  let client = options.client;
  /** Keeps the order of what is sent to the server. */
  let sending: Promise<unknown> = Promise.resolve();
  let trouble: unknown;
  /** Cancels the time limit for a server whose client has closed its side. */
  let parting: (() => void) | undefined;

  function then(act: () => unknown): void {
    client.pause();
    sending = sending
      .then(act)
      .then(() => void client.resume())
      .catch(() => void client.destroy());
  }

  function fromClient(octets: Buffer): void {
    if (client === options.client && starttls.begins(octets)) {
      then(() => encrypt(octets));
      return;
    }
    const noted = compression.note('client', octets);
    starttls.fromClient(octets);
    then(() => Promise.resolve(noted).then(() => upstream.write(octets, clock() + patience)));
  }

  function expectEnd(): void {
    parting?.();
    parting = atDeadline(clock, clock() + patience, () => void upstream.close());
  }

  function listen(): void {
    client.on('data', fromClient);
    client.on('end', () =>
      then(() => {
        notes.left();
        upstream.halfClose();
        expectEnd();
      }),
    );
    // An error of the socket ends the connection, and closing one side closes the other as well.
    client.on('error', (error) => {
      // In TLS 1.3 a client rejects the certificate after the handshake is complete for the server.
      if (isTlsError(error)) trouble ??= new Error(clientReason(error));
      client.destroy();
    });
    client.on('close', () => void upstream.close());
  }

  async function encrypt(early: Buffer): Promise<void> {
    const plain = client;
    plain.removeAllListeners('data');
    plain.removeAllListeners('end');
    try {
      client = await secured(plain, options.secureContext, early);
      await upstream.handshake(options.tls, clock() + patience);
      notes.add({ kind: 'tls' });
      listen();
    } catch (error) {
      trouble = error;
      await upstream.close();
      throw error;
    }
  }

  const read = () => upstream.read(clock() + forever);

  listen();
  // The client may have disconnected while we connected to the server.
  if (client.destroyed) await upstream.close();
  try {
    for (let octets = await read(); octets !== null; octets = await read()) {
      if (parting !== undefined) expectEnd();
      await compression.note('server', octets);
      starttls.fromServer();
      await write(client, octets);
    }
    if (trouble === undefined && parting === undefined) notes.add({ kind: 'closed', truncated: upstream.truncated });
  } catch (error) {
    // A client that disconnects is the normal end of a session.
    if (!client.destroyed) trouble ??= error;
  } finally {
    client.removeAllListeners('data').removeAllListeners('end');
    await sending;
    parting?.();
    compression.close();
    part(client);
    await upstream.close();
  }
  if (trouble !== undefined) throw trouble;
}

function part(client: Socket): void {
  client.end();
  client.resume();
  client.setTimeout(closeGrace, () => client.destroy());
}

/** Starts TLS with the client. Rejects with a reason that is a sentence. */
export async function secured(plain: Socket, secureContext: SecureContext, early?: Buffer): Promise<Socket> {
  try {
    return await acceptTls(plain, { secureContext, early, patience });
  } catch (error) {
    throw new Error(`no TLS with the client: ${messageOf(error)}`);
  }
}

/** Waits until the system has accepted the octets. */
function write(socket: Socket, octets: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(octets, (error) => (error ? reject(error) : resolve()));
  });
}
