import type { Value } from '../value.ts';
import { type Element, elementsOf, wanted } from './collection.ts';
import type { Path } from './path.ts';
import { actualOf } from './sample.ts';
import { differing, holding, type Judge, type MatcherOf, mismatchOf, type Scope, type Verdict } from './verdict.ts';

/** `{ ordered: […] }`: each item matches an element of its own, after the element of the item before it. */
export function judgeOrdered(
  matcher: MatcherOf<'ordered'>,
  value: Value,
  path: Path | undefined,
  scope: Scope,
  judge: Judge,
): Verdict {
  const elements = elementsOf(value, path);
  const held: Verdict[] = [];
  let next = 0;
  for (const item of matcher.items) {
    // Choosing the earliest element leaves the most for the other items.
    const found = firstFrom(next, elements, (element) => judge(item, element.value, element.path));
    if (found === undefined) {
      return differing(() => mismatchOf(matcher, path, scope, actualOf(value), { missing: [wanted(item, scope)] }));
    }
    held.push(found.verdict);
    next = found.index + 1;
  }
  return holding(held.flatMap(({ captures }) => captures));
}

function firstFrom(
  start: number,
  elements: readonly Element[],
  judged: (element: Element) => Verdict,
): { readonly index: number; readonly verdict: Verdict } | undefined {
  for (const [offset, element] of elements.slice(start).entries()) {
    const verdict = judged(element);
    if (verdict.outcome === 'holds') return { index: start + offset, verdict };
  }
  return undefined;
}

/** `{ equals: […] }` if the order matters: exactly these, in order. */
export function judgeSequence(
  matcher: MatcherOf<'sequence'>,
  value: Value,
  path: Path | undefined,
  scope: Scope,
  judge: Judge,
): Verdict {
  const elements = elementsOf(value, path);
  const { items } = matcher;
  const verdicts = items.flatMap((item, index) => {
    const element = elements[index];
    return element === undefined ? [] : [judge(item, element.value, element.path)];
  });
  if (items.length === elements.length && verdicts.every(({ outcome }) => outcome === 'holds'))
    return holding(verdicts.flatMap(({ captures }) => captures));
  const missing = items.slice(elements.length);
  const left = elements.slice(items.length);
  return differing(() =>
    mismatchOf(matcher, path, scope, actualOf(value), {
      ...(missing.length > 0 && { missing: missing.map((item) => wanted(item, scope)) }),
      ...(left.length > 0 && { extra: left.map((element) => actualOf(element.value)) }),
    }),
  );
}
