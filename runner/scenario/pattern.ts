import { escapePattern } from '../encoding.ts';
import { compilePattern, isCompiled, PatternError, parsePatternText } from '../matchers/pattern.ts';
import { repeatedLength } from '../matchers/pattern-length.ts';
import { counted } from '../phrase.ts';
import type { Pattern, Text } from '../plan.ts';
import type { Span } from '../source.ts';
import { TooCostly } from './budget.ts';
import { limits } from './limits.ts';
import type { Scope } from './scope.ts';
import type { ScalarNode } from './tree.ts';
import { expand, toText } from './variables.ts';

/** Whether text is written as a pattern: `/…/`, `/…/i`. Decided before variables are expanded. */
export function looksLikePattern(text: string): boolean {
  return parsePatternText(text) !== undefined;
}

/** Replaces values known only at run time while a pattern is checked; it is unlikely to make a pattern invalid. */
const placeholder = 'x';

/**
 * Reads `/…/flags` as a pattern and compiles it; the values of variables match literally. An error is reported at its
 * place, and returns `undefined`.
 */
export function readPattern(scope: Scope, node: ScalarNode): Pattern | undefined {
  const parsed = parsePatternText(node.text);
  if (parsed === undefined) {
    scope.shared.report({
      code: 'pattern.invalid',
      message: `"${node.text}" is not a pattern`,
      span: node.span,
      hint: 'Write it between slashes, with flags out of "i", "m" and "s": /queued as (\\S+)/i',
    });
    return undefined;
  }
  const expanded = expand(scope, { ...node, text: parsed.source }, escapePattern);
  if (expanded.vague) return undefined;
  const source = toText(expanded);
  const tried =
    typeof source === 'string'
      ? source
      : source.parts.map((part) => (typeof part === 'string' ? part : placeholder)).join('');
  try {
    spendOnPattern(scope, tried, parsed.flags, node.span);
    compilePattern(tried, parsed.flags);
    return { source, flags: parsed.flags, span: node.span };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const { reason, offset } = error;
    scope.shared.report({
      code: 'pattern.invalid',
      message: `The pattern does not compile: ${reason}`,
      span: placeInPattern(node, source, offset),
      hint: "Patterns have RE2's syntax; in double quotes a backslash is written twice",
    });
    return undefined;
  }
}

/** Counts what compiling a pattern costs, before it is compiled. */
function spendOnPattern(scope: Scope, source: string, flags: string, span: Span): void {
  if (isCompiled(source, flags)) return;
  const size = repeatedLength(source);
  if (size > limits.pattern)
    throw new TooCostly(
      `The pattern matches more than ${counted(limits.pattern)} characters`,
      span,
      'Use a shorter one',
    );
  scope.shared.spend('patterns', size, span);
}

/** The place of the error, if the source shows the pattern unchanged. */
function placeInPattern(node: ScalarNode, source: Text, offset: number | undefined): Span {
  const { file, start, end } = node.span;
  const at = typeof source === 'string' && offset !== undefined ? file.text.slice(start, end).indexOf(source) : -1;
  return at === -1
    ? node.span
    : { file, start: start + at + (offset ?? 0), end: start + at + (typeof source === 'string' ? source.length : 0) };
}
