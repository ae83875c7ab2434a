import { constants, verify, type X509Certificate } from 'node:crypto';

interface Signed {
  readonly tbsResponseDataRaw?: ArrayBuffer;
  readonly signatureAlgorithm: { readonly algorithm: string };
  readonly signature: ArrayBuffer;
}

/** RFC 4055, RFC 5758, RFC 8410: the digest; `null` if the key determines it. */
const algorithms: Readonly<Record<string, { readonly digest: string | null; readonly pss?: true }>> = {
  '1.2.840.113549.1.1.5': { digest: 'sha1' },
  '1.2.840.113549.1.1.11': { digest: 'sha256' },
  '1.2.840.113549.1.1.12': { digest: 'sha384' },
  '1.2.840.113549.1.1.13': { digest: 'sha512' },
  '1.2.840.113549.1.1.10': { digest: 'sha256', pss: true },
  '1.2.840.10045.4.1': { digest: 'sha1' },
  '1.2.840.10045.4.3.2': { digest: 'sha256' },
  '1.2.840.10045.4.3.3': { digest: 'sha384' },
  '1.2.840.10045.4.3.4': { digest: 'sha512' },
  '1.3.101.112': { digest: null },
  '1.3.101.113': { digest: null },
};

/** Whether this certificate's key made the signature; false for an unknown algorithm. */
export function isSignedBy(
  { tbsResponseDataRaw, signatureAlgorithm, signature }: Signed,
  signer: X509Certificate,
): boolean {
  const known = algorithms[signatureAlgorithm.algorithm];
  if (known === undefined || tbsResponseDataRaw === undefined) return false;
  try {
    const key = signer.publicKey;
    return verify(
      known.digest,
      Buffer.from(tbsResponseDataRaw),
      known.pss === true ? { key, padding: constants.RSA_PKCS1_PSS_PADDING } : key,
      Buffer.from(signature),
    );
  } catch {
    return false; // a key of another kind
  }
}
