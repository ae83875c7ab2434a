import type { Condition } from '../plan.ts';
import { extensionValues } from '../protocol/extension-values.ts';
import type { ExpectationContext, ReadKey } from './expectation-context.ts';
import { fit } from './fit.ts';
import { readMatcher } from './matcher.ts';
import { entriesOf, type Node } from './tree.ts';
import { expandQuietly, toText } from './variables.ts';

/** Extensions or capabilities, by their keywords. */
export const keyed =
  (kind: 'extension' | 'capability'): ReadKey =>
  (context, node) =>
    entriesOf(node).flatMap(({ key, keySpan, node: value }): readonly Condition[] => {
      const keyword = key.toUpperCase();
      const flag = wholeFlag(context, value);
      const matcher = flag === undefined ? readMatcher(context, value) : undefined;
      const shape = (kind === 'extension' ? extensionValues[keyword]?.shape : undefined) ?? 'words';
      const want = flag ?? (matcher && fit(context, matcher, shape));
      return want === undefined ? [] : [{ kind, keyword, want, span: keySpan }];
    });

/** `true` or `false`, either literally or as the value of a variable, so that a policy can decide. */
function wholeFlag({ scope }: ExpectationContext, node: Node): boolean | undefined {
  if (typeof node.value === 'boolean') return node.value;
  if (node.kind !== 'scalar' || !/^\$\{[^}]*\}$/.test(node.text)) return undefined;
  const text = toText(expandQuietly(scope, node));
  return text === 'true' ? true : text === 'false' ? false : undefined;
}
