import type { TranscriptLine } from '../result.ts';
import { visible } from '../visible.ts';

/** A challenge (RFC 4954 section 4, RFC 9051 section 6.2.2, RFC 5034 section 4), and a response with or before it. */
const challenge = /^(?:334|\+) ([A-Za-z0-9+/]+={0,2})(?:␍␊)?$/;
const initial = /^(?:\S+ )?AUTH(?:ENTICATE)? \S+ ([A-Za-z0-9+/]+={0,2})(?:␍␊)?$/i;
const response = /^([A-Za-z0-9+/]+={0,2})(?:␍␊)?$/;

/**
 * The decoded text of a line in a SASL exchange, if it is text in base64: `Username:` for `334 VXNlcm5hbWU6`. Secrets
 * have been replaced before, so that a line with one is not base64 any more.
 * @param before the line before it on its connection
 */
function decodedWords(line: TranscriptLine, before: TranscriptLine | undefined): string | undefined {
  if (line.from === 'note') return undefined;
  const [, base64] =
    line.from === 'server'
      ? (challenge.exec(line.text) ?? [])
      : (initial.exec(line.text) ?? (isChallenge(before) ? response.exec(line.text) : undefined) ?? []);
  if (base64 === undefined || base64.length % 4 !== 0) return undefined;
  const octets = Buffer.from(base64, 'base64');
  const text = octets.toString('utf8');
  // What is not meant as base64 rarely decodes to text: only printable characters, and field separators.
  const isText = Buffer.from(text).equals(octets) && /^[\0\x01\x20-\x7e\u00a0-\uffff]+$/.test(text);
  return isText ? visible(text) : undefined;
}

function isChallenge(line: TranscriptLine | undefined): boolean {
  return line?.from === 'server' && /^(?:334|\+)(?: |␍␊|$)/.test(line.text);
}

/** Lines with decoded text, which needs the line before each on its connection. */
export function withDecoded(
  lines: readonly TranscriptLine[],
): readonly { readonly line: TranscriptLine; readonly decoded: string | undefined }[] {
  const last = new Map<string, TranscriptLine>();
  return lines.map((line) => {
    const decoded = decodedWords(line, last.get(line.connection));
    if (line.from !== 'note') last.set(line.connection, line);
    return { line, decoded };
  });
}
