/** Keys of our own data whose strings are fixed words of this program: `outcome: failed`. */
const ownWords: ReadonlySet<string> = new Set([
  ...['kind', 'type', 'outcome', 'verdict', 'code', 'level', 'severity', 'product', 'wrong', 'how', 'whose'],
  ...['from', 'unfit', 'came', 'form', 'ends', 'order', 'side'],
]);

/**
 * Applies `map` to every string in the data except fixed words of this program. All fields are covered, including
 * future ones. An object without such strings is returned as it is.
 * @param done an object in the data that stays as it is
 */
export function mapTexts<Data>(data: Data, map: (text: string) => string, done?: object): Data {
  return mapped(data, map, done) as Data;
}

// Every event of a run passes through here, and hardly any changes, so nothing is copied before a string changes.
function mapped(data: unknown, map: (text: string) => string, done: object | undefined): unknown {
  if (typeof data === 'string') return map(data);
  if (typeof data !== 'object' || data === null || data === done) return data;
  return Array.isArray(data)
    ? mappedList(data, map, done)
    : mappedRecord(data as Readonly<Record<string, unknown>>, map, done);
}

function mappedList(
  list: readonly unknown[],
  map: (text: string) => string,
  done: object | undefined,
): readonly unknown[] {
  let made: unknown[] | undefined;
  for (let at = 0; at < list.length; at++) {
    const value = mapped(list[at], map, done);
    if (value === list[at]) continue;
    made ??= [...list];
    made[at] = value;
  }
  return made ?? list;
}

function mappedRecord(
  record: Readonly<Record<string, unknown>>,
  map: (text: string) => string,
  done: object | undefined,
): object {
  let made: Record<string, unknown> | undefined;
  for (const key of Object.keys(record)) {
    const before = record[key];
    if (typeof before === 'string' && ownWords.has(key)) continue;
    const value = mapped(before, map, done);
    if (value === before) continue;
    made ??= { ...record };
    made[key] = value;
  }
  return made ?? record;
}
