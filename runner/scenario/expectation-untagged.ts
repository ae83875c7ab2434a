import type { Condition, Untagged } from '../plan.ts';
import type { Span } from '../source.ts';
import type { ExpectationContext } from './expectation-context.ts';
import { fit } from './fit.ts';
import { isOperators, readMatcher } from './matcher.ts';
import { looksLikePattern, readPattern } from './pattern.ts';
import { readText } from './read.ts';
import { without } from './short-form.ts';
import { type Entry, entriesOf, type Node } from './tree.ts';

/** How many responses must match an entry. */
type Mode = Pick<Untagged, 'forbidden' | 'every'>;
const some: Mode = { forbidden: false };

export function readUntagged(context: ExpectationContext, node: Node, span: Span): readonly Condition[] {
  const items = node.kind === 'list' ? node.items : [node];
  const want = items.flatMap((item) => readUntaggedItem(context, item, some));
  return want.length === 0 ? [] : [{ kind: 'untagged', want, span }];
}

function readUntaggedItem(context: ExpectationContext, node: Node, mode: Mode): readonly Untagged[] {
  const { scope } = context;
  const { span } = node;
  if (node.kind === 'scalar') {
    if (looksLikePattern(node.text)) {
      const pattern = readPattern(scope, node);
      return pattern === undefined
        ? []
        : [{ ...mode, want: { form: 'text', matcher: { kind: 'matches', pattern, span } }, span }];
    }
    const text = readText(scope, node);
    if (text === undefined) return [];
    const star = /^\*\s+/.exec(typeof text === 'string' ? text : String(text.parts[0]))?.[0].length ?? 0;
    return [{ ...mode, want: { form: 'begins', text: without(text, star) }, span }];
  }
  if (node.kind !== 'map') return [];
  // "Some response is not X" is met by almost any reply: the author means that none is.
  const [only, ...more] = entriesOf(node);
  if (only?.key === 'not' && more.length === 0 && only.node.kind === 'scalar' && !mode.forbidden && !mode.every)
    return readUntaggedItem(context, only.node, { forbidden: true });
  if (isOperators(node)) {
    const matcher = readMatcher(context, node);
    return matcher === undefined
      ? []
      : [{ ...mode, want: { form: 'text', matcher: fit(context, matcher, 'text') }, span }];
  }
  return entriesOf(node).flatMap((entry) => readUntaggedData(context, entry, mode));
}

function readUntaggedData(context: ExpectationContext, { key, keySpan, node }: Entry, mode: Mode): readonly Untagged[] {
  if (key === 'none') return readUntaggedItem(context, node, { forbidden: true });
  if (key === 'all') return readUntaggedItem(context, node, { forbidden: false, every: true });
  const read = readMatcher(context, node);
  if (read === undefined) return [];
  const name = key.toUpperCase();
  const matcher = fit(context, read, context.protocol?.replies.shapes?.untagged(name) ?? 'any');
  return [{ ...mode, want: { form: 'data', name, matcher }, span: keySpan }];
}
