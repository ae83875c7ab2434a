/** Where the last so many lines begin; 0 where there are no more. */
export function startOfLast(octets: Buffer, lines: number): number {
  // The last line may have its end or not.
  let at = octets.length - 1;
  for (let count = 0; count < lines; count++) {
    if (at <= 0) return 0;
    at = octets.lastIndexOf(0x0a, at - 1);
    if (at < 0) return 0;
  }
  return at + 1;
}
