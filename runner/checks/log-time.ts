const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Time stamps of RFC 5424, and those made of TAI64N labels; in logs of Dovecot and Exim with a space instead of the T.
 */
const iso = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:[.,]\d+)?)\s*(Z|[+-]\d{2}:?\d{2})?/;
/** RFC 3164 section 4.1.2: local time, without a year. */
const bsd = /^([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2})/;

/**
 * The time stamp of a log line in milliseconds since the epoch; `undefined` if it has none in a known format. `now`
 * determines the year.
 */
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
  // Lines of December that are read in January.
  const oneDay = 86_400_000;
  return here > now + oneDay ? new Date(year - 1, month, day, hour, minute, second).getTime() : here;
}
