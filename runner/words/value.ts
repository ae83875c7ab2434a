import type { Names, Sample } from '../mismatch.ts';
import { visible } from '../visible.ts';
import { enumerate, quote } from './text.ts';

/** A value on one line, with control characters visible. */
export function valueWords(value: Sample): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object' || value === null) return String(value);
  switch (value.kind) {
    case 'excerpt':
      return quote(value);
    case 'no words':
      return 'none';
    case 'list':
      return value.items.length === 0 ? 'an empty list' : `[${enumerate(value.items, valueWords, value.more)}]`;
    case 'record': {
      if (value.fields.length === 0) return 'an empty record';
      const field = (each: (typeof value.fields)[number]) => `${visible(each.name)}: ${valueWords(each.value)}`;
      return `{ ${enumerate(value.fields, field, value.more)} }`;
    }
    case 'deep':
      return value.of === 'list' ? '[ … ]' : '{ … }';
  }
}

/** `; there are "seq", "FLAGS"`, which follows the name that is missing. */
export function presentWords({ names, more }: Names): string {
  return names.length === 0 ? '' : `; there are ${enumerate(names, quote, more)}`;
}
