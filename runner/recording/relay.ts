import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { createGreetedParser } from '../protocol/greeted.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { isPositive } from '../protocol/protocols.ts';
import { ProtocolError, type ReplyParser } from '../protocol/reply.ts';
import type { HandshakeOptions, Transport } from '../transport/transport.ts';
import type { Notes } from './notes.ts';

export interface RelayOptions {
  readonly client: Socket;
  readonly upstream: Transport;
  readonly protocol: Protocol;
  /** For the side of the client, after STARTTLS. */
  readonly secureContext: SecureContext;
  /** For the side of the server. */
  readonly tls: HandshakeOptions;
  readonly notes: Notes;
  readonly clock: () => number;
}

/** How long a write or a handshake may take; a read waits as long as both sides stay. */
const patience = 60_000;
const forever = 1e9;
/** No command line is longer that is looked at. */
const longestCommand = 256;

/**
 * Passes octets on in both directions, as they are, until one side ends. Where the client asks for STARTTLS and the
 * server agrees, both sides are encrypted from there on.
 */
export async function relay(options: RelayOptions): Promise<void> {
  const { upstream, notes, clock } = options;
  let client = options.client;
  let asked: ReplyParser | undefined;
  let line = '';
  /** Writes to the server keep their order. */
  let sending: Promise<unknown> = Promise.resolve();

  function fromClient(octets: Buffer): void {
    notes.octets('client', octets);
    asked = starttlsIn(octets) ?? asked;
    client.pause();
    sending = sending
      .then(() => upstream.write(octets, clock() + patience))
      .then(() => void client.resume())
      .catch(() => void client.destroy());
  }

  /** The parser that waits for the reply to STARTTLS, once its command has passed. */
  function starttlsIn(octets: Buffer): ReplyParser | undefined {
    const { protocol } = options;
    line = (line + octets.toString('latin1')).slice(-longestCommand);
    const [whole, tag, word] = /(?:^|\n)(?:(\S+) )?([A-Za-z]+)\r?\n$/.exec(line) ?? [];
    if (whole === undefined || word?.toUpperCase() !== protocol.starttls?.command) return undefined;
    if ((tag === undefined) !== (protocol.createTags === undefined)) return undefined;
    const parser = createGreetedParser(protocol);
    const bytes = Buffer.from(whole.trimStart());
    parser.sent({ bytes, as: 'command', ...(tag !== undefined && { tag }) });
    return parser;
  }

  function listen(): void {
    client.on('data', fromClient);
    // Whoever leaves ends the other side as well; what goes wrong with the socket is the end of it.
    client.on('error', () => client.destroy());
    client.on('close', () => void upstream.close());
  }

  async function encrypt(reply: Buffer): Promise<void> {
    const plain = client;
    plain.removeAllListeners('data');
    plain.pause();
    await write(plain, reply);
    await upstream.handshake(options.tls, clock() + patience);
    const secured = new TLSSocket(plain, { isServer: true, secureContext: options.secureContext });
    client = secured;
    notes.add({ kind: 'tls' });
    listen();
    await once(secured, 'secure');
  }

  listen();
  try {
    for (;;) {
      const octets = await upstream.read(clock() + forever);
      if (octets === null) {
        notes.add({ kind: 'closed' });
        break;
      }
      notes.octets('server', octets);
      const agreed = asked !== undefined && answered(asked, octets);
      if (agreed !== false && agreed !== true) asked = undefined;
      if (agreed === true) {
        asked = undefined;
        await encrypt(octets);
      } else await write(client, octets);
    }
  } finally {
    await sending;
    client.end();
    await upstream.close();
  }
}

/** Whether the reply to STARTTLS is positive; `false` while it is not complete, none where it is negative or no reply. */
function answered(parser: ReplyParser, octets: Buffer): boolean | undefined {
  parser.push(octets);
  try {
    const reply = parser.take();
    return reply === undefined ? false : isPositive(reply) || undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

/** Waits until the system has taken the octets. */
function write(socket: Socket, octets: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(octets, (error) => (error ? reject(error) : resolve()));
  });
}
