/** A file in an archive. */
export interface Member {
  /** The path below the archive's folder: ASCII, and short enough for a header. */
  readonly name: string;
  readonly text: string;
}

/** POSIX.1-1988 (ustar): blocks of 512 octets; two blocks of zeros end the archive. */
const block = 512;
/** The longest name that fits into a header. */
const longestName = 100;

/** An archive for `tar` of regular files that everybody may read. */
export function tarOf(folder: string, members: readonly Member[], modified: number): Buffer {
  const parts = members.flatMap(({ name, text }) => {
    const octets = Buffer.from(text);
    return [headerOf(`${folder}/${name}`, octets.length, modified), octets, Buffer.alloc(-octets.length & (block - 1))];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

/** @param modified milliseconds since the epoch */
function headerOf(name: string, size: number, modified: number): Buffer {
  if (Buffer.byteLength(name) > longestName) throw new RangeError(`Cannot archive "${name}": its name is too long`);
  const header = Buffer.alloc(block);
  const octal = (value: number, at: number, length: number) =>
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  header.write(name, 0);
  octal(0o644, 100, 8);
  octal(0, 108, 8); // owner and group
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(Math.floor(modified / 1000), 136, 12);
  header.write('0', 156, 'latin1'); // a regular file
  header.write('ustar\x0000', 257, 'latin1');
  // The checksum is the sum of the header's octets, in which the checksum itself counts as spaces.
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, octet) => total + octet, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}
