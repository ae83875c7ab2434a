import type { Text } from '../plan.ts';
import type { Span } from '../source.ts';
import { interpolate, placeOfReference, type Reference } from './interpolation.ts';
import type { Scope } from './scope.ts';
import type { ScalarNode } from './tree.ts';

/** Refuses a line break in a single line, which would become two commands. */
export function refuseLineBreak(scope: Scope, node: ScalarNode, text: Text): void {
  if (!literals(text).some((part) => /[\r\n]/.test(part))) return;
  const own = /[\r\n]/.test(node.text);
  const block = /^[|>]/.test(node.span.file.text.slice(node.span.start));
  scope.shared.report({
    code: 'value.line-break',
    message: own ? 'A line break in a line' : 'A variable brings a line break into a line',
    span: own ? placeOfEscape(node, /\\[rnNLP]|\\x0[aAdD]|\\u000[aAdD]/) : placeOfVariable(node),
    hint: block
      ? 'A block text ends with a line break: write ">-", or "send: { lines: […] }" for several lines'
      : 'Write "send: { lines: […] }" for several lines, or "send: { raw: … }" for exactly these bytes',
  });
}

/** Refuses a character above U+00FF in text that is sent byte by byte. */
export function refuseWideCharacter(scope: Scope, node: ScalarNode, text: Text): void {
  const wide = /[^\0-\xff]/u;
  const found = literals(text).flatMap((part) => wide.exec(part)?.[0] ?? [])[0];
  if (found === undefined) return;
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  scope.shared.report({
    code: 'value.bytes',
    message: `The character "${found}" (U+${code}) is not a byte`,
    span: wide.test(node.text)
      ? placeOfEscape(node, wide, /\\u(?!00)[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}/)
      : placeOfVariable(node),
    hint: 'Write "encoding: utf-8" to send the text as UTF-8, or "\\xff" for a byte',
  });
}

function literals(text: Text): readonly string[] {
  return typeof text === 'string' ? [text] : text.parts.filter((part) => typeof part === 'string');
}

/** The first match in the scalar's source; the whole scalar if there is none. */
function placeOfEscape(node: ScalarNode, ...patterns: readonly RegExp[]): Span {
  const { file, start, end } = node.span;
  for (const pattern of patterns) {
    const found = pattern.exec(file.text.slice(start, end));
    if (found !== null) return { file, start: start + found.index, end: start + found.index + found[0].length };
  }
  return node.span;
}

function placeOfVariable(node: ScalarNode): Span {
  const first = interpolate(node.text).tokens.find((token): token is Reference => typeof token !== 'string');
  return first === undefined ? node.span : placeOfReference(node, first);
}
