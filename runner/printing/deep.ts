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

function mapped(data: unknown, map: (text: string) => string): unknown {
  if (typeof data === 'string') return map(data);
  if (Array.isArray(data))
    return sameOr(
      data,
      data.map((each) => mapped(each, map)),
    );
  if (typeof data !== 'object' || data === null) return data;
  const entries = Object.entries(data);
  const made = entries.map(([key, value]) =>
    typeof value === 'string' && ownWords.has(key) ? value : mapped(value, map),
  );
  return made.every((value, at) => value === entries[at]?.[1])
    ? data
    : Object.fromEntries(entries.map(([key], at) => [key, made[at]]));
}

function sameOr(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return after.every((value, at) => value === before[at]) ? before : after;
}
