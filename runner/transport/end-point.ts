import { createHash } from 'node:crypto';

/** RFC 5929 section 4.1, tls-server-end-point: signature algorithms by object identifier, with their hash. */
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
 * The hash of a DER certificate by the algorithm of its own signature, with SHA-256 instead of MD5 and SHA-1. Throws an
 * error with the reason if RFC 5929 does not define it (Ed25519) or the certificate is malformed.
 */
export function endPointHash(der: Buffer): Buffer {
  const algorithm = signatureHash(der);
  return createHash(algorithm === 'md5' || algorithm === 'sha1' ? 'sha256' : algorithm)
    .update(der)
    .digest();
}

function signatureHash(der: Buffer): string {
  // RFC 5280 section 4.1: Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }
  const [, algorithm] = elements(element(der, 0).content);
  const [identifier, parameters] = algorithm === undefined ? [] : elements(algorithm.content);
  const oid = identifier === undefined ? '' : objectIdentifier(identifier.content);
  const hash = oid === rsaPss ? pssHash(parameters) : signatureHashes[oid];
  if (hash === undefined) {
    throw new Error(`the certificate's signature algorithm ${oid} has no hash that RFC 5929 section 4.1 could use`);
  }
  return hash;
}

/** RFC 4055 section 3.1: `[0]` contains the hash's AlgorithmIdentifier; absent, it is SHA-1. */
function pssHash(parameters: Element | undefined): string | undefined {
  const first = parameters === undefined ? undefined : elements(parameters.content)[0];
  if (first?.tag !== 0xa0) return 'sha1';
  const [identifier] = elements(element(first.content, 0).content);
  return identifier === undefined ? undefined : hashes[objectIdentifier(identifier.content)];
}

interface Element {
  readonly tag: number;
  readonly content: Buffer;
  /** The offset of the next element. */
  readonly end: number;
}

/** X.690 section 8.1: one element with a definite length. */
function element(der: Buffer, at: number): Element {
  const tag = der.readUInt8(at);
  const first = der.readUInt8(at + 1);
  const lengthOctets = first < 0x80 ? 0 : first & 0x7f;
  const length = lengthOctets === 0 ? first : der.readUIntBE(at + 2, lengthOctets);
  const start = at + 2 + lengthOctets;
  if (start + length > der.length) throw new Error('the certificate ends within an element');
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
