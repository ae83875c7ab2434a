import type { X509Certificate } from 'node:crypto';
import type { CertificateFault } from '../evidence.ts';
import { lineExcerptOf, startText } from '../excerpt.ts';
import { altNames, keyName, nameOf } from './certificate.ts';
import { notTls } from './fault.ts';
import { TransportError } from './transport.ts';

export interface SslError extends Error {
  readonly code?: string;
  /** The reason in OpenSSL's words. */
  readonly reason?: string;
}

/**
 * What OpenSSL's codes mean on a mail server; the first match counts. Newer OpenSSL writes `SSL/TLS` for `SSLV3` and
 * `TLSV1`.
 */
const handshakeReasons: readonly (readonly [RegExp, string])[] = [
  [notTls, 'the server answered with something that is not TLS, such as plain text'],
  [/ALERT_PROTOCOL_VERSION/, 'the server accepts none of the TLS versions offered'],
  [/UNSUPPORTED_PROTOCOL/, 'the server chose a TLS version that was not offered'],
  [
    /ALERT_HANDSHAKE_FAILURE|ALERT_INSUFFICIENT_SECURITY/,
    'the server refused it: no cipher, signature or key exchange in common, or it wants a client certificate',
  ],
  [/UNRECOGNIZED_NAME/, 'the server does not know the name asked for'],
  [/NO_APPLICATION_PROTOCOL/, 'the server accepts none of the ALPN protocols offered'],
  [/CERTIFICATE_REQUIRED/, 'the server wants a client certificate'],
  [
    /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_|UNSUPPORTED_CERTIFICATE)/,
    'the server refused the client certificate',
  ],
  [/(DH|EE|CA)_KEY_TOO_SMALL|MODULUS_TOO_SMALL|DH_PARAM_SIZE/, 'a key of the server is too short'],
];

/** Codes for a connection that the other side ended. */
export const gone: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ECONNABORTED']);

/** Nothing was sent, because the options contradict each other. */
const nothingToOffer = /NO_(CIPHERS|PROTOCOLS)_AVAILABLE/;

/**
 * The error for an incomplete handshake; its kind is `closed` if the server ended the connection. `stray`: octets
 * that are not a record, if they are known.
 */
export function handshakeError(cause: unknown, stray?: Buffer): TransportError {
  const { code = '', reason, message } = cause as SslError;
  const plain = plainText(stray);
  if (gone.has(code)) {
    return new TransportError(
      'closed',
      'handshake',
      'Cannot complete the TLS handshake: the server closed the connection',
      {
        system: code,
        cause,
        ...(plain !== undefined && { plain }),
      },
    );
  }
  if (nothingToOffer.test(code)) {
    return new TransportError(
      'connect',
      'handshake',
      `Cannot use the TLS options: they leave nothing to offer (${reason ?? message})`,
      {
        system: code,
        cause,
      },
    );
  }
  const why =
    plain === undefined || !notTls.test(code)
      ? tlsReason(code, reason ?? message)
      : `the server answered with something that is not TLS: "${firstLine(plain)}"`;
  return new TransportError('handshake', 'handshake', `Cannot complete the TLS handshake: ${why}`, {
    ...(code !== '' && { system: code }),
    cause,
    ...(plain !== undefined && { plain }),
  });
}

/** The octets as text, if they are text. */
export function plainText(stray: Buffer | undefined): string | undefined {
  const text = stray?.toString('latin1');
  return text !== undefined && printable.test(text) ? text : undefined;
}

export function firstLine(text: string): string {
  return startText(lineExcerptOf(text.split(/\r?\n/, 1)[0] ?? ''));
}

/** A line without control characters, ended or not. */
const printable = /^[\t -~\u0080-\u00ff]+(?:\r?\n|\r?$)/;

/** The reason for an alert or broken records after the handshake. */
export function tlsReason(code: string, reason: string): string {
  const known = handshakeReasons.find(([pattern]) => pattern.test(code.replace('SSL/TLS', 'SSLV3')))?.[1];
  return known === undefined ? reason : `${known} (${reason})`;
}

/** Whether the error is from OpenSSL. */
export function isTlsError(error: unknown): boolean {
  const { code = '' } = error as SslError;
  return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code === 'EPROTO';
}

const day = 86_400_000;

/**
 * What is wrong with a certificate chain, in words. `now`: milliseconds since the epoch. `code`: OpenSSL's or Node's.
 * `words`: OpenSSL's, for errors that Node has no code for.
 */
export function certificateReason(
  code: string,
  words: string | undefined,
  chain: readonly X509Certificate[],
  name: string | undefined,
  now: number,
): string {
  const leaf = chain[0];
  if (leaf === undefined) return 'the server has no certificate';
  const known = certificateReasons[code];
  if (known !== undefined) return known(chain, leaf, name, now);
  return `${words ?? code.toLowerCase().replaceAll('_', ' ')} (its key is ${keyName(leaf)})`;
}

/** The same as data. */
export function certificateFault(
  code: string,
  words: string | undefined,
  chain: readonly X509Certificate[],
  name: string | undefined,
  now: number,
): CertificateFault | undefined {
  const leaf = chain[0];
  if (leaf === undefined) return undefined;
  return { kind: 'certificate', name: nameOf(leaf), ...wrongWith(code, words, chain, leaf, name, now) };
}

/** For each kind separately, since `Omit` of a union has only common fields. */
type Wrong = CertificateFault extends infer Each
  ? Each extends CertificateFault
    ? Omit<Each, 'kind' | 'name'>
    : never
  : never;

function wrongWith(
  code: string,
  words: string | undefined,
  chain: readonly X509Certificate[],
  leaf: X509Certificate,
  name: string | undefined,
  now: number,
): Wrong {
  const last = chain.at(-1) ?? leaf;
  const of = (each: X509Certificate) => (each === leaf ? {} : { of: nameOf(each) });
  switch (code) {
    case 'CERT_HAS_EXPIRED': {
      const expired = chain.find((each) => Date.parse(each.validTo) < now) ?? leaf;
      const days = Math.floor((now - Date.parse(expired.validTo)) / day);
      return { wrong: 'expired', date: dateOf(expired.validTo), days, ...of(expired) };
    }
    case 'CERT_NOT_YET_VALID': {
      const early = chain.find((each) => Date.parse(each.validFrom) > now) ?? leaf;
      return { wrong: 'not yet valid', date: dateOf(early.validFrom), ...of(early) };
    }
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return { wrong: 'self-signed' };
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return { wrong: 'own authority', authority: nameOf(last) };
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return { wrong: 'unknown issuer', issuer: last.issuer.split('\n').join(', ') };
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return { wrong: 'another name', asked: name ?? '', names: altNames(leaf.subjectAltName) };
    default:
      return { wrong: 'other', reason: certificateReason(code, words, chain, name, now) };
  }
}

type Reason = (
  chain: readonly X509Certificate[],
  leaf: X509Certificate,
  name: string | undefined,
  now: number,
) => string;

const unknownIssuer: Reason = (chain, leaf) => {
  const last = chain.at(-1) ?? leaf;
  return `the issuer ${quoted(last.issuer.split('\n').join(', '))} is unknown: the server did not send the intermediate certificate, or the CA is not trusted`;
};

const certificateReasons: Readonly<Record<string, Reason>> = {
  CERT_HAS_EXPIRED: (chain, leaf, _name, now) => {
    const expired = chain.find((each) => Date.parse(each.validTo) < now) ?? leaf;
    return `${who(expired, leaf)} expired on ${dateOf(expired.validTo)}${ago(now - Date.parse(expired.validTo))}`;
  },
  CERT_NOT_YET_VALID: (chain, leaf, _name, now) => {
    const early = chain.find((each) => Date.parse(each.validFrom) > now) ?? leaf;
    return `${who(early, leaf)} is not valid before ${dateOf(early.validFrom)}`;
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: () => 'it is self-signed, and not itself trusted',
  SELF_SIGNED_CERT_IN_CHAIN: (chain, leaf) =>
    `its chain ends in the self-signed ${quoted(nameOf(chain.at(-1) ?? leaf))}, which is not trusted`,
  UNABLE_TO_GET_ISSUER_CERT: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownIssuer,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownIssuer,
  ERR_TLS_CERT_ALTNAME_INVALID: (_chain, leaf, name) => {
    const names = altNames(leaf.subjectAltName);
    const list = names.length > 0 ? names.map(quoted).join(', ') : `${quoted(nameOf(leaf))} (only a common name)`;
    return `the name ${quoted(name ?? '')} does not match: it is for ${list}`;
  },
  INVALID_PURPOSE: () => 'it is not meant for a server (extended key usage)',
  CERT_REVOKED: () => 'it is revoked',
  CERT_SIGNATURE_FAILURE: () => 'its signature is wrong',
};

function who(certificate: X509Certificate, leaf: X509Certificate): string {
  return certificate === leaf ? 'it' : `${quoted(nameOf(certificate))} in its chain`;
}

function dateOf(text: string): string {
  return new Date(text).toISOString().slice(0, 10);
}

function ago(ms: number): string {
  const days = Math.floor(ms / day);
  return days < 1 ? '' : days === 1 ? ', a day ago' : `, ${days} days ago`;
}

function quoted(text: string): string {
  return `"${text}"`;
}
