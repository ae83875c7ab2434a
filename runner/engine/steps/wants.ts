import type { Wants } from '../../checks/step.ts';
import { partsOf, takes } from '../../matchers/parts.ts';
import { patternSource, plainOf } from '../../matchers/texts.ts';
import type { Scope } from '../../matchers/verdict.ts';
import type { Matcher, Text } from '../../plan.ts';
import type { CheckStep } from '../../steps.ts';
import { type Context, fillText, scopeFor } from '../context.ts';
import { evaluateFields } from '../expectation.ts';
import { fieldsOf } from './expected-fields.ts';

export function wantsOf(step: CheckStep, context: Context): Wants {
  const matchers = fieldsOf(step.expect);
  const of = (field: string) => matchers.filter(({ name }) => name === field).map(({ matcher }) => matcher);
  const scope = scopeFor(context, step.on);
  return {
    texts: (field) => [
      ...new Set(of(field).flatMap((matcher) => textsIn(matcher, (text) => fillText(context, text, step.on)))),
    ],
    fields: () => [...new Set(matchers.map(({ name }) => name))],
    names: (field) => [...new Set(of(field).flatMap(namesIn))],
    words: (field) => of(field).flatMap((matcher) => wordsIn(matcher, scope)),
    concerns: (line) =>
      matchers.some(({ matcher }) =>
        itemsIn(matcher).some((item) => {
          const condition = { kind: 'field', name: 'line', matcher: item, span: item.span } as const;
          // Searching must not capture anything.
          return evaluateFields([condition], { line }, { ...scope, capture: () => undefined }).mismatches.length === 0;
        }),
      ),
  };
}

function textsIn(matcher: Matcher, fill: (text: Text) => string): readonly string[] {
  if (matcher.kind !== 'equals') return partsOf(matcher).flatMap((part) => textsIn(part, fill));
  const { value } = matcher;
  return typeof value === 'string' || (typeof value === 'object' && value !== null) ? [fill(value)] : [];
}

function namesIn(matcher: Matcher): readonly string[] {
  return matcher.kind === 'fields' ? matcher.fields.map(({ name }) => name) : partsOf(matcher).flatMap(namesIn);
}

/** The words of its texts and, for patterns, the words that a line must contain literally. */
function wordsIn(matcher: Matcher, scope: Scope): readonly string[] {
  if (matcher.kind === 'equals') return wordsOf(String(plainOf(matcher.value, scope)));
  if (takes(matcher, 'text')) return wordsOf(scope.expand(matcher.value));
  if (takes(matcher, 'pattern'))
    return wordsOf(patternSource(matcher.pattern.source, scope).replaceAll(/\\[a-zA-Z]/g, ' '));
  return partsOf(matcher).flatMap((part) => wordsIn(part, scope));
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[^\p{L}\p{N}_@-]+/u).filter((word) => word.length > 2);
}

function itemsIn(matcher: Matcher): readonly Matcher[] {
  const parts = partsOf(matcher);
  return parts.length === 0 ? [matcher] : parts.flatMap(itemsIn);
}
