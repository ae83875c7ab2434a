import { strictBase64 } from '../../encoding.ts';
import { limitMessage, limits } from '../limits.ts';
import { SaslError } from './client.ts';

/**
 * Decodes a challenge as it follows `334 ` or `+ `. An empty string is an empty challenge (RFC 4954 section 4). Throws
 * a `SaslError` of kind `challenge` if it is not base64, and of kind `limit` if it is too long.
 */
export function decodeChallenge(text: string): Buffer {
  if (text.length > 2 * limits.longestChallenge) throw tooLong();
  // Some servers send "334  ", which is a finding of its own.
  const challenge = strictBase64(text.replace(/^ +| +$/g, ''));
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

/**
 * A response on the command's line, where an empty one is `=`, since no text would mean no response (RFC 4954 section
 * 4).
 */
export function encodeInitialResponse(bytes: Buffer): string {
  return bytes.length === 0 ? '=' : bytes.toString('base64');
}
