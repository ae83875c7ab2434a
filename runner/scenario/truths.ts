import type { Matcher } from '../plan.ts';
import type { Scope } from './scope.ts';
import type { Node, ScalarNode } from './tree.ts';

/**
 * YAML 1.2 section 10.3.2 also reads `TRUE` and `False` as booleans, but people who write these do not mean booleans.
 */
export function suspectSpelling(scope: Scope, node: ScalarNode): void {
  if (typeof node.value !== 'boolean' || node.text === String(node.value)) return;
  scope.shared.report({
    code: 'value.invalid',
    severity: 'warning',
    message: `${node.text} is a boolean in YAML: it only says whether there is a value`,
    span: node.span,
    hint: `Write "${node.text}" in quotes if you mean the string, else ${node.value}`,
  });
}

/** A boolean or null is pointless for a value that is always present, such as in a list. */
export function suspectTruth(scope: Scope, matcher: Matcher): void {
  if (matcher.kind !== 'equals' || (typeof matcher.value !== 'boolean' && matcher.value !== null)) return;
  const { value, span } = matcher;
  // `suspectSpelling()` has warned about other spellings.
  if (value !== null && span.file.text.slice(span.start, span.end) !== String(value)) return;
  scope.shared.report({
    code: 'value.invalid',
    severity: 'warning',
    message: `${value} only says whether there is a value`,
    span,
    hint: `Write "${value}" in quotes if you mean the string`,
  });
}

/** A list without items is met by every value: `FLAGS: []` does not say that there are none. */
export function suspectEmpty(scope: Scope, node: Node): void {
  if (node.kind !== 'list' || node.items.length > 0) return;
  scope.shared.report({
    code: 'value.invalid',
    severity: 'warning',
    message: 'An empty list expects nothing',
    span: node.span,
    hint: 'Write { equals: [] } if there must be no items',
  });
}
