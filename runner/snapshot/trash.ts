import type { Seen } from '../engine/witness.ts';
import { type Fields, isWords, type Value } from '../value.ts';

/** The mailbox for what is deleted in a list of all: by its special use (RFC 6154 section 2), or by its usual name. */
export function trashIn(seen: Seen | undefined): string | undefined {
  if (seen?.kind !== 'reply' || !('untagged' in seen.reply)) return undefined;
  const listed = seen.reply.untagged.filter(({ name }) => name === 'LIST').map(({ data }) => fieldsOf(data));
  const found = listed.find(hasUse) ?? listed.find(({ name }) => /(?:^|[./])Trash$/.test(String(name)));
  const name = String(found?.['name'] ?? '');
  // Other names would need quoting.
  return /^[\w ./&,-]+$/.test(name) ? name : undefined;
}

function hasUse({ attributes }: Fields): boolean {
  return isWords(attributes) && attributes.words.some((word) => word.toLowerCase() === '\\trash');
}

function fieldsOf(value: Value | undefined): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isWords(value)
    ? (value as Fields)
    : {};
}
