const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The date in the "From " line of each message of an mbox (RFC 4155), in IMAP's format (RFC 9051 section 9,
 * "date-time").
 */
export function mboxDates(text: string): readonly string[] {
  return [...text.matchAll(/(?:^|\n\r?\n)From [^\n]*/g)].map(([line]) => {
    const [, month = '', day = '', time, before, year, zone = before ?? '+0000'] =
      /(\w{3}) +(\d{1,2}) (\d\d:\d\d:\d\d)(?: ([+-]\d{4}))? (\d{4})(?: ([+-]\d{4}))?\s*$/.exec(line) ?? [];
    return year === undefined || !months.includes(month)
      ? ''
      : `${day.padStart(2, ' ')}-${month}-${year} ${time} ${zone}`;
  });
}
