/**
 * Pairs items with matching elements, each with one of its own: a maximum bipartite matching that also uses as many of
 * the required elements as possible (Kuhn's algorithm from both sides; an augmenting path never removes the partner of
 * an element or item that needs one).
 * @param candidates for each item, the elements that match it
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

  /** Finds an element for an item, if necessary by moving other items to other elements. */
  function placeItem(item: number, seen: Set<number>): boolean {
    for (const element of candidates[item] ?? []) {
      if (seen.has(element)) continue;
      seen.add(element);
      const holder = itemOf[element];
      if (holder === undefined || placeItem(holder, seen)) return join(item, element);
    }
    return false;
  }

  /** Finds an item for a required element: a free one, or one whose element does not need a partner. */
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
  /** The element of each item. */
  readonly elementOf: readonly (number | undefined)[];
  /** Items without an element. */
  readonly unmatched: readonly number[];
  /** Required elements without an item. */
  readonly left: readonly number[];
}
