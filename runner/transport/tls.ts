import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect,
  type DetailedPeerCertificate,
  type TLSSocket,
} from 'node:tls';
import { certificateFacts, chainOf, legacyObject, nameOf, sameAsBefore } from './certificate.ts';
import { endPointHash } from './end-point.ts';
import { type Exchanged, temporaryKeyOf, watchExchange } from './exchange.ts';
import { RecordTap } from './record-tap.ts';
import { issuerAmongTrusted, secureContextFor } from './secure-context.ts';
import { certificateFault, certificateReason, handshakeError } from './tls-errors.ts';
import {
  type CertificateFacts,
  type HandshakeOptions,
  type TemporaryKey,
  type TlsFacts,
  TransportError,
} from './transport.ts';

export interface Secured {
  readonly facts: TlsFacts;
  /** `TLSv1.3 TLS_AES_256_GCM_SHA384, certificate mail.example until 2027-01-01`, and why it is not trusted, if so. */
  readonly note: string;
}

/** Called once and synchronously, because its owner must not miss the events that follow. */
export interface HandshakeListener {
  /** Also called if the certificate is not trusted. */
  secured(secured: Secured): void;
  /** `handshake`, `closed`, `connect`. */
  failed(error: TransportError): void;
}

/**
 * Begins TLS on a connection whose plaintext octets have all been read; later ones belong to TLS. `host` is the host
 * that the connection was made to; absent for pipes. The certificate must be for `verifyName`, else `servername`, else
 * the host; without any of them only the chain is verified. Returns the socket at once, so that its owner can end it.
 * Throws a `TransportError` for unusable options.
 */
export function startTls(
  plain: Duplex,
  host: string | undefined,
  options: HandshakeOptions,
  listener: HandshakeListener,
): TLSSocket {
  const name = options.verifyName || options.servername || host;
  // RFC 6066 section 3 does not allow addresses. An empty servername asks for the default certificate.
  const asked = options.servername ?? host;
  const servername = asked === undefined || isIP(asked) !== 0 ? '' : asked;
  const tlsOptions: ConnectionOptions & { readonly allowHalfOpen: boolean } = {
    socket: plain,
    secureContext: secureContextFor(options),
    servername,
    // The owner closes the connection: a server's FIN must not end our own writing.
    allowHalfOpen: true,
    // The certificate is verified below, so that facts about an invalid one are available.
    rejectUnauthorized: false,
    checkServerIdentity: (_host, certificate) =>
      name === undefined ? undefined : checkServerIdentity(name, certificate),
    ...(options.alpn !== undefined && { ALPNProtocols: [...options.alpn] }),
    ...(options.staple === true && { requestOCSP: true }),
    ...(options.session !== undefined && { session: options.session }),
  };
  const socket = connect(tlsOptions);
  const leaf = leafOnce(socket);
  const exchange = watchExchange(socket, plain, options);

  function settle(): void {
    socket.off('secureConnect', onSecure);
    socket.off('error', onError);
    socket.off('close', onClose);
    exchange?.end();
  }
  function onSecure(): void {
    settle();
    listener.secured(securedBy(socket, leaf(), exchange?.seen() ?? {}, options, servername, name));
  }
  function onError(cause: unknown): void {
    settle();
    listener.failed(handshakeError(cause, plain instanceof RecordTap ? plain.stray : undefined));
  }
  function onClose(): void {
    settle();
    const message = 'Cannot complete the TLS handshake: the connection was closed';
    listener.failed(new TransportError('closed', 'handshake', message));
  }
  socket.on('secureConnect', onSecure);
  socket.on('error', onError);
  socket.on('close', onClose);
  return socket;
}

/**
 * The server's certificate, requested only once: Node 20 removes the issuers from OpenSSL's own list while it builds
 * the chain. Node itself would make plain objects of the whole chain to compare the name with the first, which took a
 * fifth of the time of a dialogue over TLS.
 */
function leafOnce(socket: TLSSocket): () => X509Certificate | undefined {
  let asked: { readonly leaf: X509Certificate | undefined } | undefined;
  const leaf = () => {
    asked ??= { leaf: socket.getPeerX509Certificate() };
    return asked.leaf;
  };
  socket.getPeerCertificate = () => {
    const certificate = leaf();
    return certificate === undefined ? ({} as DetailedPeerCertificate) : legacyObject(sameAsBefore(certificate));
  };
  return leaf;
}

function securedBy(
  socket: TLSSocket,
  leaf: X509Certificate | undefined,
  seen: Exchanged,
  options: HandshakeOptions,
  servername: string,
  name: string | undefined,
): Secured {
  const chain = chainOf(leaf);
  const cipher = socket.getCipher() as { readonly name: string; readonly standardName?: string };
  // A code, in spite of Node's types.
  const { authorizationError: code }: { readonly authorizationError?: unknown } = socket;
  const wrong = typeof code === 'string' ? ([code, wordsOf(socket), chain, name, Date.now()] as const) : undefined;
  const reason = wrong && certificateReason(...wrong);
  const facts = new Facts(socket, chain, seen, {
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: cipher.standardName ?? cipher.name,
    servername: servername === '' ? undefined : servername,
    alpn: typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : undefined,
    authorized: reason === undefined,
    authorizationError: reason,
    authorizationCode: typeof code === 'string' ? code : undefined,
    fault: wrong && certificateFault(...wrong),
    resumed: socket.isSessionReused(),
    issuer: seen.staple ? (chain[1] ?? issuerAmongTrusted(chain[0], options))?.raw : undefined,
  });
  return { facts, note: noteOf(facts, chain[0], reason) };
}

/** OpenSSL's reason, from a property that Node does not document and that may therefore be missing. */
function wordsOf(socket: TLSSocket): string | undefined {
  const { ssl } = socket as { ssl?: { verifyError?: () => Error | null } };
  return ssl?.verifyError?.()?.message;
}

type PlainFacts = Omit<TlsFacts, 'chain' | 'exporter' | 'endPoint' | 'temporaryKey' | 'staple'>;

/**
 * Text about the chain is made only when needed. (A class instead of a getter in an object literal, for the reason
 * given in `stream.ts`.)
 */
class Facts implements TlsFacts {
  readonly protocol: string;
  readonly cipher: string;
  readonly servername: string | undefined;
  readonly alpn: string | undefined;
  readonly authorized: boolean;
  readonly authorizationError: string | undefined;
  readonly authorizationCode: string | undefined;
  readonly fault: TlsFacts['fault'];
  readonly resumed: boolean;
  readonly issuer: Buffer | undefined;
  readonly staple: TlsFacts['staple'];
  readonly #socket: TLSSocket;
  readonly #temporaryKey: TemporaryKey | undefined;
  readonly #chain: readonly X509Certificate[];
  #certificates: readonly CertificateFacts[] | undefined;
  /** RFC 9266 section 2: this label, an empty context value, 32 octets. */
  readonly exporter: () => Buffer;
  constructor(
    socket: TLSSocket,
    chain: readonly X509Certificate[],
    { staple, temporaryKey }: Exchanged,
    plain: PlainFacts,
  ) {
    this.protocol = plain.protocol;
    this.cipher = plain.cipher;
    this.servername = plain.servername;
    this.alpn = plain.alpn;
    this.authorized = plain.authorized;
    this.authorizationError = plain.authorizationError;
    this.authorizationCode = plain.authorizationCode;
    this.fault = plain.fault;
    this.resumed = plain.resumed;
    this.issuer = plain.issuer;
    this.staple = staple;
    this.#socket = socket;
    this.#temporaryKey = temporaryKey;
    this.#chain = chain;
    this.exporter = () => exported(() => socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0)));
  }
  get chain(): readonly CertificateFacts[] {
    this.#certificates ??= this.#chain.map(certificateFacts);
    return this.#certificates;
  }
  get temporaryKey(): TemporaryKey | undefined {
    return this.#temporaryKey ?? temporaryKeyOf(this.#socket);
  }
  endPoint(): Buffer {
    return exported(() => {
      const [leaf] = this.#chain;
      if (leaf === undefined) throw new Error('the server has no certificate');
      return endPointHash(leaf.raw);
    });
  }
}

function exported(make: () => Buffer): Buffer {
  try {
    return make();
  } catch (cause) {
    const { message } = cause as Error;
    throw new TransportError('handshake', 'handshake', `Cannot make a channel binding: ${message}`, { cause });
  }
}

function noteOf(facts: TlsFacts, leaf: X509Certificate | undefined, reason: string | undefined): string {
  const certificate =
    leaf === undefined
      ? 'no certificate'
      : `certificate ${nameOf(leaf)} until ${new Date(leaf.validTo).toISOString().slice(0, 10)}`;
  return `${facts.protocol} ${facts.cipher}, ${certificate}${reason === undefined ? '' : `, not trusted: ${reason}`}`;
}

/** The error for a successful handshake with a certificate that is not trusted. */
export function certificateError(facts: TlsFacts): TransportError {
  const message = `Cannot trust the server's certificate: ${facts.authorizationError}`;
  return new TransportError('certificate', 'handshake', message, {
    ...(facts.authorizationCode !== undefined && { system: facts.authorizationCode }),
    tls: facts,
  });
}
