import { TransportError } from './transport.ts';

/**
 * RFC 8446 section 5.1: a record's content type, and the first octet of its version. A server that takes pipelined
 * plaintext for a ClientHello answers it with an alert at once.
 */
export function isTlsRecord(octets: Buffer): boolean {
  const [type = 0, version = 3] = octets;
  return type >= 20 && type <= 23 && version === 3;
}

/** The handshake cannot begin: the server has ended it already. */
export function earlyRecord(): TransportError {
  return new TransportError(
    'handshake',
    'handshake',
    'Cannot complete the TLS handshake: the server sent a TLS record before it began, as for a handshake that it refused',
  );
}
