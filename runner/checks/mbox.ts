/**
 * RFC 4155: a message begins with `From ` at the beginning of a line, after an empty line or at the start of the file.
 */
const from = Buffer.from('From ');

/**
 * The messages of an mbox file, without their `From ` lines, with `>From ` unquoted once (mboxrd). `ends`: keep the
 * empty line after each.
 */
export function messagesOfMbox(octets: Buffer, ends = false): readonly Buffer[] {
  const starts: number[] = [];
  for (let at = 0; at < octets.length; ) {
    const begins = octets.subarray(at, at + from.length).equals(from);
    if (begins && (at === 0 || followsEmptyLine(octets, at))) starts.push(at);
    const end = octets.indexOf(0x0a, at);
    at = end < 0 ? octets.length : end + 1;
  }
  return starts.map((start, index) => message(octets.subarray(start, starts[index + 1] ?? octets.length), ends));
}

function followsEmptyLine(octets: Buffer, at: number): boolean {
  return octets[at - 1] === 0x0a && (octets[at - 2] === 0x0a || (octets[at - 2] === 0x0d && octets[at - 3] === 0x0a));
}

function message(octets: Buffer, ends: boolean): Buffer {
  const end = octets.indexOf(0x0a);
  if (end < 0) return Buffer.alloc(0);
  const text = octets
    .subarray(end + 1)
    .toString('latin1')
    .replace(/^>(>*From )/gm, '$1');
  // The empty line before the next `From ` belongs to the format, not to the message.
  return Buffer.from(ends ? text : text.replace(/(\r?\n)\r?\n$/, '$1'), 'latin1');
}
