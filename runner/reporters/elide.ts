/** Some of a list, with how many were left out between the first and the last ones. */
export interface Elided<Item> {
  readonly first: readonly Item[];
  readonly left: number;
  readonly last: readonly Item[];
}

/** At most `limit` items: the first `head` ones and the last ones. One item is never left out alone: its place would be taken by saying so. */
export function elide<Item>(items: readonly Item[], limit: number, head: number): Elided<Item> {
  if (items.length <= limit + 1) return { first: items, left: 0, last: [] };
  const tail = Math.max(limit - head, 1);
  return { first: items.slice(0, head), left: items.length - head - tail, last: items.slice(-tail) };
}
