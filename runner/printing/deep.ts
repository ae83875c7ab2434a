import { byIdentity } from '../by-identity.ts';

/** Keys of our own data whose strings are words of this program: `outcome: failed`. */
const ownWords: ReadonlySet<string> = new Set([
  ...['kind', 'type', 'outcome', 'verdict', 'code', 'level', 'severity', 'product', 'wrong', 'how', 'whose'],
  ...['from', 'unfit', 'came', 'form', 'ends', 'order', 'side'],
]);

/** What records in it were mapped to before. */
type Known = Pick<WeakMap<object, object>, 'get'>;

const none: Known = new WeakMap();

/**
 * Data with every string mapped, except those that are words of this program. By construction: no field can be forgotten,
 * and what has none of these strings stays the object that it is.
 */
export function mapTexts<Data>(data: Data, map: (text: string) => string, known: Known = none): Data {
  return mapped(data, map, known) as Data;
}

/**
 * Maps records, each once, and so what is in them: the cases of a scenario share most of what is said of them. They must not
 * change afterwards.
 */
export function mapOnce(map: (text: string) => string): (record: object) => object {
  const known: Known = { get: byIdentity((record: object): object => mappedFields(record, map, known)) };
  return (record) => known.get(record) ?? record;
}

// Every event of a run goes through it, and hardly any has such a string: nothing is made before one is found.
function mapped(data: unknown, map: (text: string) => string, known: Known): unknown {
  if (typeof data === 'string') return map(data);
  if (typeof data !== 'object' || data === null) return data;
  return Array.isArray(data) ? mappedList(data, map, known) : (known.get(data) ?? mappedFields(data, map, known));
}

function mappedList(list: readonly unknown[], map: (text: string) => string, known: Known): readonly unknown[] {
  let made: unknown[] | undefined;
  for (let at = 0; at < list.length; at++) {
    const value = mapped(list[at], map, known);
    if (value === list[at]) continue;
    made ??= [...list];
    made[at] = value;
  }
  return made ?? list;
}

function mappedFields(data: object, map: (text: string) => string, known: Known): object {
  const record = data as Readonly<Record<string, unknown>>;
  let made: Record<string, unknown> | undefined;
  for (const key of Object.keys(record)) {
    const field = record[key];
    if (typeof field === 'string' && ownWords.has(key)) continue;
    const value = mapped(field, map, known);
    if (value === field) continue;
    made ??= { ...record };
    made[key] = value;
  }
  return made ?? record;
}
