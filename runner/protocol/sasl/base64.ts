import { strictBase64 } from '../../encoding.ts';
import { limitMessage, limits } from '../limits.ts';
import { SaslError } from './client.ts';

/**
 * A challenge as it follows `334 ` or `+ `. An empty string is an empty challenge (RFC 4954 section 4).
 * Throws a `SaslError` of kind `challenge` for what is no base64, and of kind `limit` for one too long.
 */
export function decodeChallenge(text: string): Buffer {
  if (text.length > 2 * limits.longestChallenge) throw tooLong();
  const challenge = strictBase64(text);
  if (challenge === undefined) {
    throw new SaslError('challenge', 'it is not base64', 'RFC 4954 section 4', text);
  }
  if (challenge.length > limits.longestChallenge) throw tooLong();
  return challenge;
}

function tooLong(): SaslError {
  return new SaslError('limit', limitMessage('longestChallenge'), 'longestChallenge');
}

/** A response on a line of its own. */
export function encodeResponse(bytes: Buffer): string {
  return bytes.toString('base64');
}

/** A response on the command's line, where nothing would mean that there is none: `=` for an empty one (RFC 4954 section 4). */
export function encodeInitialResponse(bytes: Buffer): string {
  return bytes.length === 0 ? '=' : bytes.toString('base64');
}
