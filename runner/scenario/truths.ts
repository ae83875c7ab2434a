import type { Matcher } from '../plan.ts';
import type { Scope } from './scope.ts';
import type { ScalarNode } from './tree.ts';

/** YAML 1.2 section 10.3.2 takes `TRUE` and `False` for truth values, too: nobody who means one writes it so. */
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

/** Where a text is always there, such as in a list of them, a truth value says nothing about it. */
export function suspectTruth(scope: Scope, matcher: Matcher): void {
  if (matcher.kind !== 'equals' || typeof matcher.value !== 'boolean') return;
  const { value, span } = matcher;
  // Of another spelling, `suspectSpelling()` has warned.
  if (span.file.text.slice(span.start, span.end) !== String(value)) return;
  scope.shared.report({
    code: 'value.invalid',
    severity: 'warning',
    message: `${value} only says whether there is a value`,
    span,
    hint: `Write "${value}" in quotes if you mean the string`,
  });
}
