import { escapePattern } from '../encoding.ts';
import { compilePattern, PatternError, parsePatternText } from '../matchers/pattern.ts';
import type { Pattern, Text } from '../plan.ts';
import type { Span } from '../source.ts';
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

/** The place of the error, if the source shows the pattern unchanged. */
function placeInPattern(node: ScalarNode, source: Text, offset: number | undefined): Span {
  const { file, start, end } = node.span;
  const at = typeof source === 'string' && offset !== undefined ? file.text.slice(start, end).indexOf(source) : -1;
  return at === -1
    ? node.span
    : { file, start: start + at + (offset ?? 0), end: start + at + (typeof source === 'string' ? source.length : 0) };
}
