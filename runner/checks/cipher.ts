import { opensslCipher } from '../cipher-names.ts';

/** The cipher suite as steps see it, from its name in IANA's registry. */
export function cipherEvidence(cipher: string): { readonly cipher: string; readonly cipher_openssl: string } {
  return { cipher, cipher_openssl: opensslCipher(cipher) };
}

/** Both names, if they differ. */
export function cipherNames(cipher: string): string {
  const openssl = opensslCipher(cipher);
  return openssl === cipher ? cipher : `${cipher} (${openssl})`;
}
