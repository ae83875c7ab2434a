import type { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate } from 'node:tls';
import { byIdentity } from '../by-identity.ts';
import { limits } from './limits.ts';
import type { CertificateFacts } from './transport.ts';

/** The longest certificate chain: OpenSSL itself stops verifying at 100. */
const longestChain = 100;

/** By content, at most `limits.certificates`. */
const known = new Map<string, X509Certificate>();

/**
 * The same certificate as an earlier connection showed it, so that its text is made once. Its issuers are those of the
 * earlier connection.
 */
export function sameAsBefore(certificate: X509Certificate): X509Certificate {
  const content = certificate.raw.toString('latin1');
  const before = known.get(content);
  if (before !== undefined) return before;
  for (const oldest of known.keys()) {
    if (known.size < limits.certificates) break;
    known.delete(oldest);
  }
  known.set(content, certificate);
  return certificate;
}

/** The certificates in the order in which the server sent them, the leaf first. */
export function chainOf(leaf: X509Certificate | undefined): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let each = leaf; each !== undefined && !chain.includes(each); each = each.issuerCertificate) {
    chain.push(each);
    if (chain.length === longestChain) break;
  }
  return chain.map(sameAsBefore);
}

export const certificateFacts = byIdentity(
  (certificate: X509Certificate): CertificateFacts => ({
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    serial: certificate.serialNumber,
    altNames: altNames(certificate.subjectAltName),
    validFrom: Date.parse(certificate.validFrom),
    validTo: Date.parse(certificate.validTo),
    key: keyName(certificate),
    fingerprint256: certificate.fingerprint256,
    raw: certificate.raw,
  }),
);

/** As `checkServerIdentity` of Node wants it. */
export const legacyObject = byIdentity(
  (certificate: X509Certificate) => certificate.toLegacyObject() as DetailedPeerCertificate,
);

/** How people refer to a certificate: its common name, else its first alternative name, else the whole subject. */
export function nameOf(certificate: X509Certificate): string {
  const subject = certificate.subject ?? '';
  return /^CN=(.+)$/m.exec(subject)?.[1] ?? altNames(certificate.subjectAltName)[0] ?? oneLine(subject);
}

/** Node writes one attribute per line. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

/** Node writes `DNS:a, IP Address:127.0.0.1`, and values that contain a comma or a quote as JSON strings. */
export function altNames(text: string | undefined): readonly string[] {
  const names: string[] = [];
  for (const match of (text ?? '').matchAll(/(?:^|, )([^:,"]+):("(?:[^"\\]|\\.)*"|[^,]*)/g)) {
    names.push(unquoted(match[2] ?? ''));
  }
  return names;
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value;
  try {
    return String(JSON.parse(value));
  } catch {
    return value;
  }
}

/** The curves by their names in RFC 8422, which are also the usual ones. */
export const curves: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

/** `RSA 2048`, `EC P-256`. */
export function keyName(certificate: X509Certificate): string {
  let key: X509Certificate['publicKey'];
  try {
    key = certificate.publicKey;
  } catch {
    return 'unknown'; // an algorithm that this OpenSSL does not support
  }
  const { modulusLength, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return `RSA ${modulusLength}`;
    case 'rsa-pss':
      return `RSA-PSS ${modulusLength}`;
    case 'dsa':
      return `DSA ${modulusLength}`;
    case 'ec':
      return `EC ${curves[namedCurve] ?? namedCurve}`;
    case 'ed25519':
      return 'Ed25519';
    case 'ed448':
      return 'Ed448';
    default:
      return key.asymmetricKeyType ?? 'unknown';
  }
}
