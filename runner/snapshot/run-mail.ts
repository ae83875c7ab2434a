/**
 * The `${scenario.id}` of a message that one of these runs sent, or of what a server returned of it; otherwise
 * `undefined`. It is in the subject and the Message-ID of every message that a snapshot sends. A message that refers to
 * one in another way, such as a reply to it, is somebody else's.
 */
export function sentBy(octets: Buffer, runs: ReadonlySet<string>): string | undefined {
  const text = octets.toString('latin1').replaceAll('\r\n', '\n');
  const own = idIn(headerAt(text, 0), runs);
  return own ?? (isBounce(headerAt(text, 0)) ? idIn(returnedHeader(text), runs) : undefined);
}

/** The header that begins there, with its fields on one line each (RFC 5322 section 2.2.3). */
function headerAt(text: string, start: number): string {
  const end = text.indexOf('\n\n', start);
  return text.slice(start, end < 0 ? undefined : end).replace(/\n(?=[ \t])/g, '');
}

function idIn(header: string, runs: ReadonlySet<string>): string | undefined {
  const find = (fields: RegExp) =>
    [...header.matchAll(fields)]
      .flatMap(([field]) => [...field.matchAll(/\b(m[0-9a-z]+)-\d+[a-z]+\b/g)])
      .find(([, run = '']) => runs.has(run))?.[0];
  return find(/^(?:In-Reply-To|References):.*/gim) === undefined ? find(/^(?:Subject|Message-ID):.*/gim) : undefined;
}

/** RFC 3464 section 2: a report on a delivery. */
function isBounce(header: string): boolean {
  return /^Content-Type:\s*multipart\/report\b.*\bdelivery-status\b/im.test(header);
}

/** RFC 6522 section 3: the last part is the returned message, or its header. RFC 6533 section 6 adds the others. */
function returnedHeader(text: string): string {
  const part = /^Content-Type:\s*(?:message\/(?:rfc822|global|global-headers)|text\/rfc822-headers)\b/gim;
  const found = [...text.matchAll(part)].at(-1);
  const end = found === undefined ? -1 : text.indexOf('\n\n', found.index);
  return end < 0 ? '' : headerAt(text, end + 2);
}
