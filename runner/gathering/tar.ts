/** A file of an archive. */
export interface Member {
  /** Below the archive's folder: ASCII, so short that a header holds it. */
  readonly name: string;
  readonly text: string;
}

/** POSIX.1-1988 (ustar): blocks of 512 octets; two of zeros end the archive. */
const block = 512;
/** The longest name that a header holds by itself. */
const longestName = 100;

/** An archive as `tar` reads it, of regular files that everybody may read. */
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
  // The sum of the header's octets, with spaces where the sum will be.
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, octet) => total + octet, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}
