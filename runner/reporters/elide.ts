/** Part of a list, with the number of items that were left out between the first and the last ones. */
export interface Elided<Item> {
  readonly first: readonly Item[];
  readonly left: number;
  readonly last: readonly Item[];
}

/**
 * At most `limit` items: the first `head` ones and the last ones. A single item is never left out, since the note about
 * it would take its place.
 */
export function elide<Item>(items: readonly Item[], limit: number, head: number): Elided<Item> {
  if (items.length <= limit + 1) return { first: items, left: 0, last: [] };
  const tail = Math.max(limit - head, 1);
  return { first: items.slice(0, head), left: items.length - head - tail, last: items.slice(-tail) };
}
