import { visible } from '../visible.ts';

export interface Concealed {
  readonly name: string;
  /** The password or token. */
  readonly secret: string;
}

/** Values derived from a password: digests of CRAM-MD5 and DIGEST-MD5, and SCRAM's proof (RFC 5802 section 7). */
const derived = /\b[0-9a-f]{32,}\b|(?<=(?:^|,)p=)[A-Za-z0-9+/]{16,}={0,2}/gi;

/**
 * A decoded SASL response in which only the secret and what is derived from it are hidden. Its parts are separated by
 * NUL or SOH. `undefined` if it is not text, or if it contains the secret in another form.
 */
export function decodedResponse(response: Buffer, { name, secret }: Concealed): string | undefined {
  const text = response.toString('utf8');
  if (secret === '' || !Buffer.from(text).equals(response)) return undefined;
  const hidden = `«${name}»`;
  const shown = text.split(secret).join(hidden).replace(derived, hidden);
  return shown === text ? undefined : visible(shown);
}
