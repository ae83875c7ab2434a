const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** RFC 5424's time stamps, and what is made of TAI64N labels; a space for the T as Dovecot's and Exim's logs have it. */
const iso = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:[.,]\d+)?)\s*(Z|[+-]\d{2}:?\d{2})?/;
/** RFC 3164 section 4.1.2: local time, without a year. */
const bsd = /^([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2})/;

/** Milliseconds since the epoch of a log line's time stamp; none where it has none that is known. `now` tells the year. */
export function timeOfLine(line: string, now: number): number | undefined {
  const full = iso.exec(line);
  if (full !== null) {
    const [, date, time = '', zone = ''] = full;
    const parsed = Date.parse(`${date}T${time.replace(',', '.')}${zone}`);
    return Number.isNaN(parsed) ? undefined : parsed;
  }
  const short = bsd.exec(line);
  const month = months.indexOf(short?.[1] ?? '');
  if (short === null || month === -1) return undefined;
  const [day = 0, hour = 0, minute = 0, second = 0] = short.slice(2).map(Number);
  const year = new Date(now).getFullYear();
  const here = new Date(year, month, day, hour, minute, second).getTime();
  // December's lines, read in January.
  const oneDay = 86_400_000;
  return here > now + oneDay ? new Date(year - 1, month, day, hour, minute, second).getTime() : here;
}
