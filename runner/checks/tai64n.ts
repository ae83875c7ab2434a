/** TAI64N labels as daemontools' multilog writes them: 2^62 and ten seconds before 1970 (libtai's epoch). */
const label = /^@([0-9a-f]{16})([0-9a-f]{8})(?= |$)/;
const epoch = 2n ** 62n + 10n;

/** The line with its TAI64N label, if any, replaced by a readable time in UTC (as `tai64nlocal` computes it). */
export function withReadableTime(line: string): string {
  const found = label.exec(line);
  if (found === null) return line;
  const seconds = Number(BigInt(`0x${found[1]}`) - epoch);
  const nanoseconds = Number.parseInt(found[2] ?? '', 16);
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime()) || nanoseconds > 999_999_999) return line;
  return `${date.toISOString().slice(0, 19)}.${String(nanoseconds).padStart(9, '0')}Z${line.slice(found[0].length)}`;
}
