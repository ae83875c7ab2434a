import { lineExcerptOf, startText } from '../excerpt.ts';
import { TransportError } from './transport.ts';

/**
 * RFC 8446 section 5.1: a record's content type, and the first octet of its version. A server that reads pipelined
 * plaintext as a ClientHello answers with an alert at once.
 */
export function isTlsRecord(octets: Buffer): boolean {
  const [type = 0, version = 3] = octets;
  return type >= 20 && type <= 23 && version === 3;
}

/** What servers send if they agreed to TLS but cannot start it: Dovecot's BYE and -ERR, an SMTP server's 4yz. */
const farewell = /^(?:\* BYE|BYE|-ERR|4\d\d)\b[^\r\n]*\r?\n$/i;
/**
 * A separate pattern: combined with the line's end, it took time proportional to the square of the length of a line
 * without one.
 */
const aboutTls = /\b(?:TLS|SSL)\b/i;

/** A reply instead of a handshake. It must be the only data, so that nobody can have injected it. */
export function farewellIn(octets: Buffer): TransportError | undefined {
  const text = octets.toString('latin1');
  return farewell.test(text) && aboutTls.test(text)
    ? new TransportError(
        'handshake',
        'handshake',
        `Cannot complete the TLS handshake: instead of it the server says "${startText(lineExcerptOf(text.trimEnd()))}"`,
      )
    : undefined;
}

/** The error for a handshake that the server ended before it began. */
export function earlyRecord(): TransportError {
  return new TransportError(
    'handshake',
    'handshake',
    'Cannot complete the TLS handshake: the server sent a TLS record before it began, as for a handshake that it refused',
  );
}
