/**
 * Gives each of some items an element of its own, out of those that meet it: a bipartite matching that is as large as
 * possible and, among those, uses as many of the required elements as possible (Kuhn's algorithm from both sides;
 * an augmenting path never leaves an element or an item alone that had a partner and needs one).
 * @param candidates for each item, the elements that meet it
 * @param required for each element, whether it must have a partner
 */
export function pair(candidates: readonly (readonly number[])[], required: readonly boolean[]): Pairing {
  const elementOf: (number | undefined)[] = candidates.map(() => undefined);
  const itemOf: (number | undefined)[] = required.map(() => undefined);

  function join(item: number, element: number): true {
    elementOf[item] = element;
    itemOf[element] = item;
    return true;
  }

  /** Finds the item an element, where need be by moving other items to other elements. */
  function placeItem(item: number, seen: Set<number>): boolean {
    for (const element of candidates[item] ?? []) {
      if (seen.has(element)) continue;
      seen.add(element);
      const holder = itemOf[element];
      if (holder === undefined || placeItem(holder, seen)) return join(item, element);
    }
    return false;
  }

  /** Finds a required element an item that is free, or whose element can do without. */
  function placeElement(element: number, seen: Set<number>): boolean {
    for (const [item, elements] of candidates.entries()) {
      if (seen.has(item) || !elements.includes(element)) continue;
      seen.add(item);
      const other = elementOf[item];
      if (other === undefined) return join(item, element);
      if (required[other] === true && !placeElement(other, seen)) continue;
      if (itemOf[other] === item) itemOf[other] = undefined;
      return join(item, element);
    }
    return false;
  }

  for (const item of candidates.keys()) placeItem(item, new Set());
  const optionalUsed = elementOf.some((element) => element !== undefined && required[element] !== true);
  if (optionalUsed) {
    for (const element of required.keys()) {
      if (required[element] && itemOf[element] === undefined) placeElement(element, new Set());
    }
  }
  return {
    elementOf,
    unmatched: [...elementOf.keys()].filter((item) => elementOf[item] === undefined),
    left: [...required.keys()].filter((element) => required[element] && itemOf[element] === undefined),
  };
}

export interface Pairing {
  /** For each item, its element. */
  readonly elementOf: readonly (number | undefined)[];
  /** Items without an element. */
  readonly unmatched: readonly number[];
  /** Required elements without an item. */
  readonly left: readonly number[];
}
