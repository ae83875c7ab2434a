import { lineExcerptOf, startText } from '../excerpt.ts';
import { TransportError } from './transport.ts';

/**
 * RFC 8446 section 5.1: a record's content type, and the first octet of its version. A server that takes pipelined
 * plaintext for a ClientHello answers it with an alert at once.
 */
export function isTlsRecord(octets: Buffer): boolean {
  const [type = 0, version = 3] = octets;
  return type >= 20 && type <= 23 && version === 3;
}

/** A server that cannot begin TLS says so, though it has agreed to: Dovecot's BYE and -ERR, an SMTP server's 4yz. */
const farewell = /^(?:\* BYE|BYE|-ERR|4\d\d)\b[^\r\n]*\r?\n$/i;
/** Looked for on its own: in one pattern with the line's end, a line without one took the square of its length. */
const aboutTls = /\b(?:TLS|SSL)\b/i;

/** What a server says in the place of a handshake: by itself, so that nobody has put it into its mouth. */
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

/** The handshake cannot begin: the server has ended it already. */
export function earlyRecord(): TransportError {
  return new TransportError(
    'handshake',
    'handshake',
    'Cannot complete the TLS handshake: the server sent a TLS record before it began, as for a handshake that it refused',
  );
}
