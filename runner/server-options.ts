import type { Text, Tolerance } from './plan.ts';
import type { ProxyProtocol } from './proxy-protocol.ts';
import type { Product } from './remedy.ts';
import type { TlsVersion } from './tls-version.ts';

/** The options of a server, with their defaults filled in. Times are in milliseconds. */
export interface ServerOptions {
  /** How TLS is negotiated, and what the certificate must be. */
  readonly tls: TlsOptions;
  /** The PROXY header that is sent first. Absent: none. */
  readonly proxyProtocol?: ProxyProtocol;
  /** The address to connect from, with or without a port: `127.0.0.2`, `127.0.0.2:1025`. Absent: the system chooses. */
  readonly localAddress?: string;
  /** The only IP version to use. Absent: both. */
  readonly family?: 4 | 6;
  /** The longest time to establish a connection. */
  readonly connectTimeout: number;
  /** The longest time for a reply, unless a step has its own. */
  readonly timeout: number;
  /** The longest time for the reply to a login. */
  readonly loginTimeout: number;
  /** The most simultaneous connections of a run. Absent: no limit. */
  readonly maxConnections?: number;
  /** The product, if the configuration names it. */
  readonly product?: Product;
  /** Violations that do not count on this server. */
  readonly tolerate?: readonly Tolerance[];
  /** The most new connections per minute. Absent: no limit. */
  readonly connectionsPerMinute?: number;
  /** How long to wait for a server that greylists. */
  readonly greylistingWait: number;
  /** How long a scenario waits if the server limits how often a user may log in. */
  readonly loginDelayWait: number;
  /** The program and its arguments, for `+exec:` URLs. */
  readonly command?: readonly Text[];
  /** Environment variables that the program gets in addition to the usual ones; `*` matches anything. */
  readonly environment: readonly string[];
  /** Where the unix socket of a scenario's URL must be, with links resolved. Absent: the configuration names the socket. */
  readonly sockets?: readonly string[];
  /** The folder where relative paths of these options start, and where commands run. Absolute. */
  readonly folder: string;
}

/** TLS options, as under `tls` in a file. */
export interface TlsOptions {
  /** Trusted certificates: the absolute path of a PEM file or of a folder of them. Absent: the system's. */
  readonly ca?: string;
  /** The name to ask for (SNI). Absent: the URL's host. */
  readonly servername?: Text;
  /** The name that the certificate must be for. Absent: `servername`. */
  readonly verifyName?: Text;
  /** `false` accepts any certificate. Absent: true. */
  readonly verify?: boolean;
  /** The oldest TLS version to offer. */
  readonly min?: TlsVersion;
  /** The newest TLS version to offer. */
  readonly max?: TlsVersion;
  /** The cipher suites to offer, as OpenSSL lists them. */
  readonly ciphers?: string;
  /** The groups for the key exchange to offer, as OpenSSL lists them. */
  readonly groups?: string;
  /** The client certificate: the absolute path of a PEM file. */
  readonly cert?: string;
  /** The key of the client certificate: the absolute path of a PEM file. */
  readonly key?: string;
  /** The application protocols to offer (ALPN). */
  readonly alpn?: readonly string[];
}
