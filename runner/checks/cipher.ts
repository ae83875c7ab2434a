import { opensslCipher } from '../cipher-names.ts';

/** What steps see of a connection's cipher suite, given its name in IANA's registry. */
export function cipherEvidence(cipher: string): { readonly cipher: string; readonly cipher_openssl: string } {
  return { cipher, cipher_openssl: opensslCipher(cipher) };
}

/** Both names, where there are two. */
export function cipherNames(cipher: string): string {
  const openssl = opensslCipher(cipher);
  return openssl === cipher ? cipher : `${cipher} (${openssl})`;
}
