import { certificateError, type Secured, startTls } from './tls.ts';
import { type HandshakeOptions, type TlsFacts, TransportError } from './transport.ts';
import type { Wire } from './wire.ts';

/** The transport whose stream is replaced by TLS. */
export interface HandshakeOwner {
  /** The handshake has begun; `reject` ends it. */
  begun(reject: (error: TransportError) => void): void;
  /** Called at once, also if the certificate is not trusted. */
  secured(secured: Secured): void;
  /** The handshake failed. Returns the error. */
  abandon(error: TransportError): TransportError;
}

/** Starts TLS on the wire. Rejects also if the certificate is not trusted. */
export function secure(
  wire: Wire,
  host: string | undefined,
  options: HandshakeOptions,
  owner: HandshakeOwner,
): Promise<TlsFacts> {
  return new Promise((resolve, reject) => {
    const fail = (error: TransportError) => reject(owner.abandon(error));
    const watched = options.inspect !== undefined ? 'handshake' : options.watchEnd === true ? 'end' : undefined;
    wire.replace(watched, (plain) =>
      startTls(plain, host, options, {
        secured: (secured) => {
          owner.secured(secured);
          const { facts } = secured;
          if (options.verify !== false && !facts.authorized) fail(certificateError(facts));
          else resolve(facts);
        },
        failed: (error) => {
          fail(error);
          wire.attach(wire.stream);
        },
      }),
    );
    owner.begun(fail);
  });
}

/** Why TLS cannot begin. `plain`: the number of unread octets of plaintext. */
export function obstacleToHandshake(
  failure: TransportError | undefined,
  isClosed: boolean,
  isSecured: boolean,
  plain: number,
): TransportError | undefined {
  if (failure !== undefined) return failure;
  if (isClosed) return new TransportError('closed', 'handshake', 'Cannot start TLS: the connection is closed');
  if (isSecured)
    return new TransportError('handshake', 'handshake', 'Cannot start TLS: the connection has TLS already');
  return plain === 0
    ? undefined
    : new TransportError('handshake', 'handshake', `Cannot start TLS: ${plain} octets of plain text are unread`);
}

export function handshakeTimeout(): TransportError {
  const message = 'Cannot complete the TLS handshake: the server did not answer in time';
  return new TransportError('timeout', 'handshake', message);
}
