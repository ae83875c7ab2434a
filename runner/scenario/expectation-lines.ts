import { factsOfMatcher } from '../matcher-kinds.ts';
import type { Condition, Matcher } from '../plan.ts';
import { listOf } from '../shape.ts';
import type { Span } from '../source.ts';
import type { ExpectationContext } from './expectation-context.ts';
import { fit } from './fit.ts';
import { readMatchers, readOperator } from './matcher.ts';
import type { Node } from './tree.ts';
import { suspectEmpty, suspectTruth } from './truths.ts';

export function readLines(context: ExpectationContext, node: Node, span: Span): readonly Condition[] {
  const readItems = (each: Node) =>
    readMatchers(context, each).map((matcher) => {
      suspectTruth(context.scope, matcher);
      return fit(context, matcher, 'text');
    });
  suspectEmpty(context.scope, node);
  if (node.kind !== 'map') return [{ kind: 'lines', order: 'any', items: readItems(node), span }];
  const matchers: Matcher[] = [];
  const conditions: Condition[] = [];
  for (const entry of node.entries.values()) {
    if (entry.key === 'ordered' || entry.key === 'exactly') {
      if (entry.key === 'ordered') suspectEmpty(context.scope, entry.node);
      conditions.push({
        kind: 'lines',
        order: entry.key,
        items: readItems(entry.node),
        span: entry.node.span,
      });
    } else {
      const matcher = readOperator(context, entry);
      if (matcher !== undefined)
        matchers.push(isOfOneLine(matcher) ? fit(context, matcher, 'text') : fit(context, matcher, linesShape));
    }
  }
  const [first] = matchers;
  if (
    first !== undefined &&
    matchers.some(isOfOneLine) &&
    matchers.every((each) => each.kind === 'capture' || isOfOneLine(each))
  ) {
    const item: Matcher = matchers.length === 1 ? first : { kind: 'all_of', of: matchers, span };
    return [...conditions, { kind: 'lines', order: 'any', items: [item], span }];
  }
  return [...conditions, ...matchers.map((matcher) => ({ kind: 'lines_value' as const, matcher, span: matcher.span }))];
}

const linesShape = listOf('text');

/**
 * `lines: { starts_with: SIZE }` is about a single line, as `lines: /^SIZE/` is: a list of lines cannot begin with
 * something.
 */
function isOfOneLine(matcher: Matcher): boolean {
  if (matcher.kind === 'one_of') return matcher.of.every((each) => each.kind === 'equals' || isOfOneLine(each));
  return factsOfMatcher(matcher.kind).about === 'text';
}
