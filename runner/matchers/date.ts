const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

// RFC 5322 section 4.3: minutes east of Greenwich. The letters of military zones are not reliable, so they count as
// UTC.
const namedZones: Readonly<Record<string, number>> = {
  UT: 0,
  UTC: 0,
  GMT: 0,
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
};

// ISO 8601 (RFC 3339 section 5.6); seconds, their fraction and the zone are optional.
const isoDate =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*([Zz]|[+-]\d{2}:?\d{2})?)?$/;

// RFC 5322 section 3.3, and the date-time of RFC 9051 section 9, which has hyphens and no day of the week.
const mailDate =
  /^\s*(?:[A-Za-z]{3}\s*,\s*)?(\d{1,2})[\s-]+([A-Za-z]{3})[\s-]+(\d{2,4})\s+(\d{2}):(\d{2})(?::(\d{2}))?\s+([+-]\d{4}|[A-Za-z]{1,5})\s*(?:\([^()]*\)\s*)?$/;

/**
 * Milliseconds since the epoch of an ISO 8601 date (its first moment) or time, or of an RFC 5322 or IMAP date. Without
 * a zone it is UTC, so that a scenario means the same everywhere. `undefined` if it is not a date.
 */
export function parseDate(text: string): number | undefined {
  const iso = isoDate.exec(text);
  if (iso) {
    const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone = 'Z'] = iso;
    return instant(
      [year, month, day, hour, minute, second].map(Number),
      Number(`0.${fraction}`) * 1000,
      zoneOffset(zone),
    );
  }
  const mail = mailDate.exec(text);
  if (!mail) return undefined;
  const [, day, month = '', year = '', hour, minute, second = '0', zone = ''] = mail;
  const monthNumber = months.indexOf(month.toLowerCase()) + 1;
  return instant([fullYear(year), monthNumber, ...[day, hour, minute, second].map(Number)], 0, zoneOffset(zone));
}

// RFC 5322 section 4.3
function fullYear(year: string): number {
  const number = Number(year);
  if (year.length === 4) return number;
  return number + (year.length === 2 && number < 50 ? 2000 : 1900);
}

/** In minutes. */
function zoneOffset(zone: string): number | undefined {
  const parts = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (!parts) return /^[A-Za-z]$/.test(zone) ? 0 : namedZones[zone.toUpperCase()];
  const minutes = Number(parts[2]) * 60 + Number(parts[3]);
  return Number(parts[3]) > 59 ? undefined : parts[1] === '-' ? -minutes : minutes;
}

function instant(fields: readonly number[], milliseconds: number, offset: number | undefined): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields;
  if (offset === undefined || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 60) return undefined;
  const start = new Date(0);
  start.setUTCFullYear(year, month - 1, day); // Date.UTC would read the years 0 to 99 as 1900 to 1999
  if (start.getUTCDate() !== day) return undefined;
  return start.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + milliseconds;
}
