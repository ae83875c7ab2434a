import type { End } from '../end.ts';
import type { CertificateFault } from '../evidence.ts';
import type { ProxyProtocol } from '../proxy-protocol.ts';
import type { Note } from '../result.ts';
import type { TlsVersion } from '../tls-version.ts';

/** A connection to a server. The caller provides signals and deadlines; nothing here waits without one. */
export interface Transport {
  /**
   * The next octets; `null` at the end of the stream. At most one read at a time. Rejects with a `TransportError`
   * (`timeout` after `deadline`, a time of the transport's clock in ms).
   */
  read(deadline: number): Promise<Buffer | null>;
  /** Octets that have arrived and have not been read; empty if there are none. Does not wait. */
  available(): Buffer;
  /** Resolves when the octets have been handed to the system. */
  write(bytes: Buffer, deadline: number): void | Promise<void>;
  /** Starts TLS on the same socket. The caller has made sure that no plaintext is unread. */
  handshake(options: HandshakeOptions, deadline: number): Promise<TlsFacts>;
  /**
   * Starts DEFLATE in both directions, above TLS if there is any (RFC 4978). `early`: compressed octets that have
   * already arrived.
   */
  compress(early: Buffer): void;
  /** Sends FIN (and close_notify before it). Resolves when the socket is closed, in limited time. */
  close(): Promise<void>;
  /** Sends RST. */
  reset(): void;
  readonly facts: ConnectionFacts;
  /** When the last octets arrived, and when the last write or handshake was made, by the transport's clock. */
  readonly lastReceived: number;
  readonly lastSent: number;
  /** Whether the stream has ended or failed. */
  readonly ended: boolean;
  /** Whether TLS ended without close_notify (RFC 8446 section 6.1); known only with `watchEnd`. */
  readonly truncated: boolean;
  /** How the server ended the connection; over TLS, close_notify is distinguished from FIN only with `watchEnd`. */
  readonly endedBy: End | undefined;
}

/** A connection that was opened here. */
export interface Connection extends Transport {
  /** Sends FIN (and close_notify before it): nothing more is written, but what arrives is still read. */
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
  /** Whether the chain is valid and the name matches; if not, why. */
  readonly authorized: boolean;
  readonly authorizationError?: string | undefined;
  /** OpenSSL's or Node's code for the reason, such as `CERT_HAS_EXPIRED`. */
  readonly authorizationCode?: string | undefined;
  /** The reason as data. */
  readonly fault?: CertificateFault | undefined;
  /** The server's own certificate first. */
  readonly chain: readonly CertificateFacts[];
  /** Whether a session was resumed. */
  readonly resumed: boolean;
  /** The key of the key exchange; absent if the certificate's own key was used, and if a session was resumed. */
  readonly temporaryKey?: TemporaryKey | undefined;
  /**
   * The OCSP response that the server sent with the certificate, in DER; `null`: it sent none; absent: none was
   * requested.
   */
  readonly staple?: Buffer | null | undefined;
  /** The issuer of the server's certificate, in DER, from the chain or the trusted certificates; only with a staple. */
  readonly issuer?: Buffer | undefined;
  /** Channel bindings: tls-exporter (RFC 9266), 32 octets, and tls-server-end-point (RFC 5929). */
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

/** What a handshake shows to an inspector. */
export interface Inspection {
  readonly flight: ServerFlight | undefined;
  /** The session for `HandshakeOptions.session`, if the server has provided one so far. */
  readonly session: () => Buffer | undefined;
}

/** Facts in a server's part of a handshake that OpenSSL does not report. */
export interface ServerFlight {
  /** TLS 1.2 and older: the session's id; empty if the server does not keep sessions. */
  readonly sessionId?: Buffer;
  /** TLS 1.2 and older: whether the server sent a ticket (RFC 5077). TLS 1.3 sends them after the handshake. */
  readonly ticket: boolean;
  /** RFC 8446 section 4.2.8: the group of the key exchange, by IANA's number. */
  readonly group?: number;
  /** If the server requests a client certificate: the issuers that it accepts, in DER; empty if it does not say. */
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
  /** PEM text. */
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly servername?: string;
  /** The name that the certificate must be for, if it is not `servername`. */
  readonly verifyName?: string;
  readonly verify?: boolean;
  readonly min?: TlsVersion;
  readonly max?: TlsVersion;
  readonly ciphers?: string;
  /** Groups for the key exchange (RFC 8446 section 4.2.7), by OpenSSL's names. */
  readonly groups?: string;
  readonly alpn?: readonly string[];
  /** Whether it matters how TLS ends: see `Transport.truncated`. */
  readonly watchEnd?: boolean;
  /** Whether to request the certificate's status (RFC 6066 section 8): see `TlsFacts.staple`. */
  readonly staple?: boolean;
  /** Called once, when the handshake has succeeded or failed. */
  readonly inspect?: (inspection: Inspection) => void;
  /** A session to resume. */
  readonly session?: Buffer;
}

export type TransportErrorKind =
  /** The name has no address. */
  | 'name'
  | 'refused'
  /** It could not be tried from this machine: no route, no such program, unusable options. */
  | 'connect'
  /** There was no answer in time. */
  | 'timeout'
  /** The server closed or reset the connection during a write or handshake. */
  | 'closed'
  | 'handshake'
  /** The octets are not in the agreed format, such as DEFLATE. */
  | 'data'
  | 'certificate'
  | 'aborted';

/** The operation during which the error occurred. */
export type TransportPhase = 'connect' | 'handshake' | 'read' | 'write';

export class TransportError extends Error {
  readonly kind: TransportErrorKind;
  readonly during: TransportPhase;
  /** Node's or OpenSSL's own code: `ECONNREFUSED`, `ERR_SSL_WRONG_VERSION_NUMBER`. */
  readonly system?: string;
  /** What the handshake agreed on before the certificate was verified; only for kind `certificate`. */
  readonly tls?: TlsFacts;
  /** The text that the server sent instead of a TLS record, if it is known. */
  readonly plain?: string;
  constructor(
    kind: TransportErrorKind,
    during: TransportPhase,
    message: string,
    options: {
      readonly system?: string;
      readonly cause?: unknown;
      readonly tls?: TlsFacts;
      readonly plain?: string;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TransportError';
    this.kind = kind;
    this.during = during;
    if (options.system !== undefined) this.system = options.system;
    if (options.tls !== undefined) this.tls = options.tls;
    if (options.plain !== undefined) this.plain = options.plain;
  }
}

export interface ConnectOptions {
  readonly address:
    | { readonly to: 'network'; readonly host: string; readonly port: number }
    /** `within`: folders that the socket must be in after symbolic links are resolved. Absent: anywhere. */
    | { readonly to: 'unix'; readonly path: string; readonly within?: readonly string[] }
    /** `inherit`: names of our own environment variables that the program gets in addition to the usual ones. */
    | {
        readonly to: 'command';
        readonly command: readonly string[];
        readonly cwd: string;
        readonly inherit: readonly string[];
      };
  /** TLS from the first octet. */
  readonly tls?: HandshakeOptions;
  /** With or without a port. */
  readonly localAddress?: string;
  readonly family?: 4 | 6;
  readonly proxyProtocol?: ProxyProtocol;
  /** By the transport's clock, in milliseconds. */
  readonly deadline: number;
  /** Aborting it ends everything at once, and leaves nothing open. */
  readonly signal: AbortSignal;
  readonly clock: () => number;
  /** Called with every octet in both directions, and with connects, handshakes and ends, in order. */
  readonly observer: TransportObserver;
}

export interface TransportObserver {
  /** `at`: when, by the transport's clock. Absent: now. */
  received(bytes: Buffer, at?: number): void;
  sent(bytes: Buffer, at?: number): void;
  /**
   * An event: that it is connected, `TLSv1.3 TLS_AES_256_GCM_SHA384, certificate mail.example until 2027-01-01`,
   * `closed by the server`.
   */
  note(note: string | Note): void;
}
