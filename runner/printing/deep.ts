/** Keys of our own data whose strings are words of this program: `outcome: failed`. */
const ownWords: ReadonlySet<string> = new Set([
  ...['kind', 'type', 'outcome', 'verdict', 'code', 'level', 'severity', 'product', 'wrong', 'how', 'whose'],
  ...['from', 'unfit', 'came', 'form', 'ends', 'order', 'side'],
]);

/**
 * Data with every string mapped, except those that are words of this program. By construction: no field can be forgotten,
 * and what has none of these strings stays the object that it is.
 */
export function mapTexts<Data>(data: Data, map: (text: string) => string): Data {
  return mapped(data, map) as Data;
}

// Every event of a run goes through it, and hardly any has such a string: nothing is made before one is found.
function mapped(data: unknown, map: (text: string) => string): unknown {
  if (typeof data === 'string') return map(data);
  if (typeof data !== 'object' || data === null) return data;
  return Array.isArray(data) ? mappedList(data, map) : mappedRecord(data as Readonly<Record<string, unknown>>, map);
}

function mappedList(list: readonly unknown[], map: (text: string) => string): readonly unknown[] {
  let made: unknown[] | undefined;
  for (let at = 0; at < list.length; at++) {
    const value = mapped(list[at], map);
    if (value === list[at]) continue;
    made ??= [...list];
    made[at] = value;
  }
  return made ?? list;
}

function mappedRecord(record: Readonly<Record<string, unknown>>, map: (text: string) => string): object {
  let made: Record<string, unknown> | undefined;
  for (const key of Object.keys(record)) {
    const before = record[key];
    if (typeof before === 'string' && ownWords.has(key)) continue;
    const value = mapped(before, map);
    if (value === before) continue;
    made ??= { ...record };
    made[key] = value;
  }
  return made ?? record;
}
