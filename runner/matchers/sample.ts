import type { Actual, Names, Sample, Unfit } from '../mismatch.ts';
import { isWords, type Value } from '../value.ts';

/** The most items of a list and fields of a record that are kept: as many as are shown. */
const mostItems = 10;
/** The most levels of nested lists that are kept: with ten items each, nobody reads more. */
const deepest = 3;

/**
 * The part of a mismatching value that is kept. Its strings are still complete, since secrets must be replaced before
 * they are cut.
 */
export function sampleOf(value: Value, depth = 0): Sample {
  if (typeof value !== 'object' || value === null) return value;
  if (isWords(value)) {
    if (value.list !== undefined) return sampleOfList(value.words.map(Number), depth);
    return value.words.length === 0 && value.text === '' ? { kind: 'no words' } : value.text;
  }
  if (Array.isArray(value)) return sampleOfList(value, depth);
  const entries = Object.entries(value);
  if (depth >= deepest && entries.length > 0) return { kind: 'deep', of: 'record' };
  return {
    kind: 'record',
    fields: entries.slice(0, mostItems).map(([name, field]) => ({ name, value: sampleOf(field, depth + 1) })),
    more: Math.max(0, entries.length - mostItems),
  };
}

function sampleOfList(list: readonly Value[], depth: number): Sample {
  if (depth >= deepest && list.length > 0) return { kind: 'deep', of: 'list' };
  return {
    kind: 'list',
    items: list.slice(0, mostItems).map((item) => sampleOf(item, depth + 1)),
    more: Math.max(0, list.length - mostItems),
  };
}

export function actualOf(value: Value | undefined, unfit?: Unfit): Actual {
  if (value === undefined) return { kind: 'absent' };
  return { kind: 'value', value: sampleOf(value), ...(unfit && { unfit }) };
}

/** The actual value if one value was expected but there are several. */
export function actualOfOne(value: Value | undefined): Actual {
  return actualOf(value, Array.isArray(value) && value.length > 0 ? 'list' : undefined);
}

export function namesOf(names: readonly string[]): Names {
  return { names: names.slice(0, mostItems), more: Math.max(0, names.length - mostItems) };
}
