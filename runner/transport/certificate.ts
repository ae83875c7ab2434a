import { createHash, type X509Certificate } from 'node:crypto';
import type { CertificateFacts } from './transport.ts';

/** A chain longer than this is no chain: OpenSSL itself stops verifying at 100. */
const longestChain = 100;

/** The certificates in the order in which the server sent them, the leaf first. */
export function chainOf(leaf: X509Certificate | undefined): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let each = leaf; each !== undefined && !chain.includes(each); each = each.issuerCertificate) {
    chain.push(each);
    if (chain.length === longestChain) break;
  }
  return chain;
}

export function certificateFacts(certificate: X509Certificate): CertificateFacts {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    serial: certificate.serialNumber,
    altNames: altNames(certificate.subjectAltName),
    validFrom: Date.parse(certificate.validFrom),
    validTo: Date.parse(certificate.validTo),
    key: keyName(certificate),
    fingerprint256: certificate.fingerprint256,
    raw: certificate.raw,
  };
}

/** What people call a certificate: its common name, else its first alternative name, else the whole subject. */
export function nameOf(certificate: X509Certificate): string {
  const subject = certificate.subject ?? '';
  return /^CN=(.+)$/m.exec(subject)?.[1] ?? altNames(certificate.subjectAltName)[0] ?? oneLine(subject);
}

/** Node writes one attribute a line. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

/** Node writes `DNS:a, IP Address:127.0.0.1`, and values that hold a comma or a quote as JSON strings. */
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

/** As RFC 8422 and people call the curves. */
const curves: Readonly<Record<string, string>> = {
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
    return 'unknown'; // an algorithm that this OpenSSL does not know
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

// --- RFC 5929 section 4.1: tls-server-end-point ---

/** Signature algorithms, by object identifier, and their hash. */
const signatureHashes: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.4': 'md5',
  '1.2.840.113549.1.1.5': 'sha1',
  '1.2.840.113549.1.1.14': 'sha224',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10040.4.3': 'sha1',
  '2.16.840.1.101.3.4.3.1': 'sha224',
  '2.16.840.1.101.3.4.3.2': 'sha256',
  '1.2.840.10045.4.1': 'sha1',
  '1.2.840.10045.4.3.1': 'sha224',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};

/** RFC 4055 section 2.1: the hashes that RSASSA-PSS names in its parameters. */
const hashes: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

const rsaPss = '1.2.840.113549.1.1.10';

/**
 * The hash of a DER certificate by its own signature's algorithm, SHA-256 instead of MD5 and SHA-1.
 * Throws where RFC 5929 leaves it undefined (Ed25519) or the certificate is malformed.
 */
export function endPointHash(der: Buffer): Buffer {
  const algorithm = signatureHash(der);
  return createHash(algorithm === 'md5' || algorithm === 'sha1' ? 'sha256' : algorithm).update(der).digest();
}

function signatureHash(der: Buffer): string {
  // RFC 5280 section 4.1: Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }
  const [, algorithm] = elements(element(der, 0).content);
  const [identifier, parameters] = algorithm === undefined ? [] : elements(algorithm.content);
  const oid = identifier === undefined ? '' : objectIdentifier(identifier.content);
  const hash = oid === rsaPss ? pssHash(parameters) : signatureHashes[oid];
  if (hash === undefined) {
    throw new Error(`Cannot compute the tls-server-end-point channel binding: the certificate's signature algorithm ${oid} has no hash that RFC 5929 section 4.1 could use`);
  }
  return hash;
}

/** RFC 4055 section 3.1: `[0]` holds the hash's AlgorithmIdentifier, SHA-1 where it is absent. */
function pssHash(parameters: Element | undefined): string | undefined {
  const first = parameters === undefined ? undefined : elements(parameters.content)[0];
  if (first?.tag !== 0xa0) return 'sha1';
  const [identifier] = elements(element(first.content, 0).content);
  return identifier === undefined ? undefined : hashes[objectIdentifier(identifier.content)];
}

interface Element {
  readonly tag: number;
  readonly content: Buffer;
  /** Where the next element begins. */
  readonly end: number;
}

/** X.690 section 8.1: one element with a definite length. */
function element(der: Buffer, at: number): Element {
  const tag = der.readUInt8(at);
  const first = der.readUInt8(at + 1);
  const lengthOctets = first < 0x80 ? 0 : first & 0x7f;
  const length = lengthOctets === 0 ? first : der.readUIntBE(at + 2, lengthOctets);
  const start = at + 2 + lengthOctets;
  if (start + length > der.length) throw new Error('Cannot read the certificate: it ends within an element');
  return { tag, content: der.subarray(start, start + length), end: start + length };
}

function elements(content: Buffer): readonly Element[] {
  const list: Element[] = [];
  for (let at = 0; at < content.length; at = list.at(-1)?.end ?? content.length) list.push(element(content, at));
  return list;
}

/** X.690 section 8.19 */
function objectIdentifier(content: Buffer): string {
  const parts: number[] = [];
  let value = 0;
  for (const octet of content) {
    value = value * 128 + (octet & 0x7f);
    if (octet < 0x80) {
      parts.push(value);
      value = 0;
    }
  }
  const [first = 0, ...rest] = parts;
  const top = Math.min(Math.floor(first / 40), 2);
  return [top, first - top * 40, ...rest].join('.');
}
