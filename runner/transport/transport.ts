import type { End } from '../end.ts';
import type { CertificateFault } from '../evidence.ts';
import type { ProxyProtocol } from '../proxy-protocol.ts';
import type { Note } from '../result.ts';
import type { TlsVersion } from '../tls-version.ts';

/**
 * One connection to a server. Deadlines are the caller's `AbortSignal`s and times;
 * nothing here waits without one.
 */
export interface Transport {
  /**
   * The next octets; `null` at the end of the stream. At most one read at a time.
   * Rejects with a `TransportError` (`timeout` when `deadline`, a time of the transport's clock in ms, passes).
   */
  read(deadline: number): Promise<Buffer | null>;
  /** Octets that have arrived and no read has taken, without waiting: empty where there are none. */
  available(): Buffer;
  /** Resolves when the octets are handed to the system. */
  write(bytes: Buffer, deadline: number): void | Promise<void>;
  /** TLS on the same socket. The caller has made sure that no plaintext is left over. */
  handshake(options: HandshakeOptions, deadline: number): Promise<TlsFacts>;
  /** DEFLATE in both directions from here on, above TLS where there is some (RFC 4978); `early`: what has come of it. */
  compress(early: Buffer): void;
  /** FIN (and close_notify before it). Resolves when the socket is gone, at the latest after a bounded time. */
  close(): Promise<void>;
  /** RST. */
  reset(): void;
  readonly facts: ConnectionFacts;
  /** The time of the last octets' arrival, and of the last write or handshake, by the transport's clock. */
  readonly lastReceived: number;
  readonly lastSent: number;
  /** The stream has ended or failed. */
  readonly ended: boolean;
  /** TLS ended without close_notify (RFC 8446 section 6.1); known only where `watchEnd` asked for it. */
  readonly truncated: boolean;
  /** How the server ended it; over TLS, close_notify is told from FIN only where `watchEnd` asked for it. */
  readonly endedBy: End | undefined;
}

/** A connection that was made here. */
export interface Connection extends Transport {
  /** FIN (and close_notify before it): nothing more is written, and what comes is still read. */
  halfClose(): void;
}

export interface ConnectionFacts {
  /** `127.0.0.1:49152`; absent for pipes. */
  readonly local?: string | undefined;
  /** The address used, `127.0.0.2:25`, a socket's path, or a command. */
  readonly remote: string;
  readonly tls?: TlsFacts | undefined;
}

export interface TlsFacts {
  /** `TLSv1.3` */
  readonly protocol: string;
  /** The standard name, `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string;
  readonly servername?: string | undefined;
  readonly alpn?: string | undefined;
  /** Whether the chain verifies and the name fits; why not. */
  readonly authorized: boolean;
  readonly authorizationError?: string | undefined;
  /** OpenSSL's or Node's code for it, `CERT_HAS_EXPIRED`. */
  readonly authorizationCode?: string | undefined;
  /** The reason as data. */
  readonly fault?: CertificateFault | undefined;
  /** The leaf first. */
  readonly chain: readonly CertificateFacts[];
  /** A session was resumed. */
  readonly resumed: boolean;
  /** What the key exchange was made with; absent where the certificate's own key did it, and where a session was resumed. */
  readonly temporaryKey?: TemporaryKey | undefined;
  /** The OCSP response that came with the certificate, DER; `null`: none came; absent: none was asked for. */
  readonly staple?: Buffer | null | undefined;
  /** Who issued the leaf, DER, as far as the chain or what is trusted says it: where there is a staple. */
  readonly issuer?: Buffer | undefined;
  /** RFC 9266 tls-exporter channel binding, 32 octets; and RFC 5929 tls-server-end-point. */
  exporter(): Buffer;
  endPoint(): Buffer;
}

/** RFC 5246 section 7.4.3, RFC 8446 section 4.2.8. */
export interface TemporaryKey {
  readonly type: 'ECDH' | 'DH' | 'hybrid';
  /** `X25519`, `P-256`, `X25519MLKEM768`. */
  readonly curve?: string;
  /** In bits. */
  readonly size?: number;
}

/** What a handshake shows to who looks for it. */
export interface Inspection {
  readonly flight: ServerFlight | undefined;
  /** What `HandshakeOptions.session` takes, as far as the server has given it by now. */
  readonly session: () => Buffer | undefined;
}

/** What a server's part of a handshake says that OpenSSL does not pass on. */
export interface ServerFlight {
  /** TLS 1.2 and older: by which the server finds the session; empty where it keeps none. */
  readonly sessionId?: Buffer;
  /** TLS 1.2 and older: a ticket came (RFC 5077). TLS 1.3 sends them after the handshake. */
  readonly ticket: boolean;
  /** RFC 8446 section 4.2.8: the group of the key exchange, by IANA's number. */
  readonly group?: number;
  /** Where the server asks for a client's certificate: whose it accepts, as DER; empty where it does not say. */
  readonly authorities?: readonly Buffer[];
}

export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly altNames: readonly string[];
  /** Milliseconds since the epoch. */
  readonly validFrom: number;
  readonly validTo: number;
  /** `RSA 2048`, `EC P-256`. */
  readonly key: string;
  readonly fingerprint256: string;
  readonly raw: Buffer;
}

export interface HandshakeOptions {
  /** PEM text, already read. */
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly servername?: string;
  /** The name that the certificate must be for, where that is not `servername`. */
  readonly verifyName?: string;
  readonly verify?: boolean;
  readonly min?: TlsVersion;
  readonly max?: TlsVersion;
  readonly ciphers?: string;
  /** Of the key exchange (RFC 8446 section 4.2.7), by OpenSSL's names. */
  readonly groups?: string;
  readonly alpn?: readonly string[];
  /** Whether the end of TLS matters: see `Transport.truncated`. */
  readonly watchEnd?: boolean;
  /** Whether to ask for the certificate's status (RFC 6066 section 8): see `TlsFacts.staple`. */
  readonly staple?: boolean;
  /** Called once, when the handshake has ended, well or not. */
  readonly inspect?: (inspection: Inspection) => void;
  /** A session to resume. */
  readonly session?: Buffer;
}

export type TransportErrorKind =
  /** The name has no address. */
  | 'name'
  | 'refused'
  /** It could not be tried from here: no route, no such program, unusable options. */
  | 'connect'
  /** No answer in time. */
  | 'timeout'
  /** The server closed or reset the connection where that is an error (a write, a handshake). */
  | 'closed'
  | 'handshake'
  /** The octets are not what was agreed on: no DEFLATE. */
  | 'data'
  | 'certificate'
  | 'aborted';

/** What the transport was doing. */
export type TransportPhase = 'connect' | 'handshake' | 'read' | 'write';

export class TransportError extends Error {
  readonly kind: TransportErrorKind;
  readonly during: TransportPhase;
  /** Node's or OpenSSL's own code, `ECONNREFUSED`, `ERR_SSL_WRONG_VERSION_NUMBER`. */
  readonly system?: string;
  /** What the handshake agreed on before the certificate was judged: kind `certificate` alone. */
  readonly tls?: TlsFacts;
  constructor(
    kind: TransportErrorKind,
    during: TransportPhase,
    message: string,
    options: { readonly system?: string; readonly cause?: unknown; readonly tls?: TlsFacts } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TransportError';
    this.kind = kind;
    this.during = during;
    if (options.system !== undefined) this.system = options.system;
    if (options.tls !== undefined) this.tls = options.tls;
  }
}

export interface ConnectOptions {
  readonly address:
    | { readonly to: 'network'; readonly host: string; readonly port: number }
    /** `within`: where the socket must be, links followed; absent: anywhere. */
    | { readonly to: 'unix'; readonly path: string; readonly within?: readonly string[] }
    /** `inherit`: names of our own environment that the program gets besides the usual ones. */
    | {
        readonly to: 'command';
        readonly command: readonly string[];
        readonly cwd: string;
        readonly inherit: readonly string[];
      };
  /** TLS from the first octet. */
  readonly tls?: HandshakeOptions;
  /** With a port, perhaps. */
  readonly localAddress?: string;
  readonly family?: 4 | 6;
  readonly proxyProtocol?: ProxyProtocol;
  /** By the transport's clock, ms. */
  readonly deadline: number;
  /** Ends everything at once, and leaves nothing open. */
  readonly signal: AbortSignal;
  readonly clock: () => number;
  /** Told of every octet in both directions and of connects, handshakes and ends, in order. */
  readonly observer: TransportObserver;
}

export interface TransportObserver {
  /** `at`: when, by the transport's clock; now, where it is absent. */
  received(bytes: Buffer, at?: number): void;
  sent(bytes: Buffer, at?: number): void;
  /** That it is connected, `TLSv1.3 TLS_AES_256_GCM_SHA384, certificate mail.example until 2027-01-01`, `closed by the server`. */
  note(note: string | Note): void;
}
