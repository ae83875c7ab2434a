/** The offset at which the last `lines` lines begin; 0 if there are no more than that. */
export function startOfLast(octets: Buffer, lines: number): number {
  // The last line may or may not have a line ending.
  let at = octets.length - 1;
  for (let count = 0; count < lines; count++) {
    if (at <= 0) return 0;
    at = octets.lastIndexOf(0x0a, at - 1);
    if (at < 0) return 0;
  }
  return at + 1;
}
