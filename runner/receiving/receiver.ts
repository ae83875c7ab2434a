import { finished } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import {
  SMTPServer,
  type SMTPServerDataStream,
  type SMTPServerError,
  type SMTPServerOptions,
  type SMTPServerSession,
} from 'smtp-server';
import type { Envelope, ReceiverReply, ReceiverSession } from '../arrival.ts';
import { closer, listen, type RunningService } from '../demo-server/listener.ts';
import type { Ledger } from './ledger.ts';
import { limits } from './limits.ts';

export interface ReceiverOptions {
  readonly place: { readonly host: string; readonly port: number };
  /** LMTP (RFC 2033) instead of SMTP. */
  readonly lmtp: boolean;
  /** TLS from the first octet. */
  readonly implicitTls: boolean;
  readonly starttls: boolean;
  readonly hostname: string;
  /** PEM */
  readonly key: string;
  readonly cert: string;
  readonly minVersion?: SMTPServerOptions['minVersion'];
  readonly maxVersion?: SMTPServerOptions['maxVersion'];
  readonly size: number;
}

/** Extensions that are never advertised: clients do not log in here, and do not speak for other clients. */
const neverOffered = ['AUTH', 'WIZ', 'SHELL', 'KILL', 'XCLIENT', 'XFORWARD'];

/**
 * Listens for mail, and asks the ledger about each recipient and message. Rejects with the address if it cannot listen
 * there.
 */
export async function startReceiver(options: ReceiverOptions, ledger: Ledger): Promise<RunningService> {
  const encrypted = new Map<string, ReceiverSession['tls']>();
  const sessionOf = (session: SMTPServerSession): ReceiverSession => {
    const tls = encrypted.get(session.id);
    return { client: session.remoteAddress, helo: String(session.hostNameAppearsAs), ...(tls && { tls }) };
  };
  const { minVersion, maxVersion } = options;
  const server = new SMTPServer({
    name: options.hostname,
    lmtp: options.lmtp,
    secure: options.implicitTls,
    disabledCommands: options.starttls ? neverOffered : [...neverOffered, 'STARTTLS'],
    key: options.key,
    cert: options.cert,
    ...(minVersion && { minVersion }),
    ...(maxVersion && { maxVersion }),
    size: options.size,
    rejectOversized: true,
    hideENHANCEDSTATUSCODES: false,
    maxRecipients: limits.recipients,
    maxClients: limits.connections,
    socketTimeout: limits.idle,
    closeTimeout: 1,
    disableReverseLookup: true,
    logger: false,
    onSecure(socket, session, callback) {
      encrypted.set(session.id, tlsOf(socket as TLSSocket));
      callback();
    },
    onClose: ({ id }) => void encrypted.delete(id),
    onRcptTo({ address }, session, callback) {
      callback(refused(ledger.recipient(address, envelopeOf(session), sessionOf(session))));
    },
    onData(stream, session, callback) {
      receive(stream, (octets) => {
        if (octets === undefined) return callback(null);
        const envelope = envelopeOf(session);
        if (!options.lmtp) return callback(refused(ledger.message(octets, envelope, sessionOf(session))));
        // RFC 2033 section 4.2: a reply for each recipient.
        const replies = envelope.to.map((address) =>
          refused(ledger.message(octets, { ...envelope, to: [address] }, sessionOf(session))),
        );
        return callback(
          null,
          replies.map((error) => error ?? 'Received'),
        );
      });
    },
  });
  // A client that disconnects, or whose handshake fails, is not an error of the receiver.
  server.on('error', () => undefined);
  const close = closer(server.server, () => server.close());
  return { port: await listen(server.server, options.place), close };
}

/** A message that is too large is read to its end (RFC 1870 section 6.2) but not kept; smtp-server refuses it. */
function receive(stream: SMTPServerDataStream, done: (octets: Buffer | undefined) => void): void {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => {
    if (stream.sizeExceeded) chunks.length = 0;
    else chunks.push(chunk);
  });
  finished(stream, { writable: false }, (broken) => {
    if (broken == null) done(stream.sizeExceeded ? undefined : Buffer.concat(chunks));
  });
}

function envelopeOf({ envelope }: SMTPServerSession): Envelope {
  const { mailFrom, rcptTo } = envelope;
  return {
    from: mailFrom === false ? '' : mailFrom.address,
    to: rcptTo.map(({ address }) => address),
    parameters: { ...(mailFrom !== false && mailFrom.args !== false && mailFrom.args) },
  };
}

/**
 * smtp-server would add an enhanced code of its own choice, but it passes on a string that already contains both codes.
 */
function refused(reply: ReceiverReply | undefined): SMTPServerError | null {
  if (reply === undefined) return null;
  const { code, enhanced, text = code < 500 ? 'Try again later' : 'Refused' } = reply;
  return Object.assign(new Error(text), {
    responseCode: (enhanced === undefined ? code : `${code} ${enhanced}`) as number,
  });
}

function tlsOf(socket: TLSSocket): NonNullable<ReceiverSession['tls']> {
  const { name, standardName } = socket.getCipher();
  return { protocol: socket.getProtocol() ?? '', cipher: standardName, cipher_openssl: name };
}
