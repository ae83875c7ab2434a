import { visible } from '../visible.ts';

export interface Concealed {
  readonly name: string;
  /** The password or token. */
  readonly secret: string;
}

/** What is made of a password: CRAM-MD5's and DIGEST-MD5's digests, SCRAM's proof (RFC 5802 section 7). */
const derived = /\b[0-9a-f]{32,}\b|(?<=(?:^|,)p=)[A-Za-z0-9+/]{16,}={0,2}/gi;

/**
 * A SASL response that is hidden as a whole, decoded, with nothing hidden but the secret and what is made of it; none where it is no
 * text, or where the secret is in it in another form. Its parts are separated by NUL or SOH.
 */
export function decodedResponse(response: Buffer, { name, secret }: Concealed): string | undefined {
  const text = response.toString('utf8');
  if (secret === '' || !Buffer.from(text).equals(response)) return undefined;
  const hidden = `«${name}»`;
  const shown = text.split(secret).join(hidden).replace(derived, hidden);
  return shown === text ? undefined : visible(shown);
}
