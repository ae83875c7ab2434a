import { escapePattern } from '../encoding.ts';
import type {
  ConditionForm,
  ExpectationForm,
  MatcherForm,
  Pattern,
  PatternForm,
  Scalar,
  ScalarForm,
  Text,
  UntaggedForm,
} from '../plan.ts';
import { takes } from './parts.ts';
import type { Scope } from './verdict.ts';

/** Functions to apply to each text of an expectation, and to the source of each pattern. */
export interface TextMap<A, B> {
  text(text: A): B;
  pattern(source: A): B;
}

/** Fills holes; in a pattern, values match literally. */
export function fillingFrom(scope: Scope): TextMap<Text, string> {
  return { text: (text) => scope.expand(text), pattern: (source) => patternSource(source, scope) };
}

export function patternSource(source: Text, scope: Scope): string {
  if (typeof source === 'string') return source;
  return source.parts
    .map((part) => (typeof part === 'string' ? part : escapePattern(scope.expand({ parts: [part] }))))
    .join('');
}

export function sourceOf({ source }: Pattern, scope: Scope): string {
  return patternSource(source, scope);
}

/** A scalar with its holes filled. */
export function plainOf(scalar: Scalar, scope: Scope): ScalarForm<string> {
  return typeof scalar === 'object' && scalar !== null ? scope.expand(scalar) : scalar;
}

type Plain<T> = MatcherForm<T, unknown>;

/**
 * The same matcher with other texts, and without places. A new kind with the form of an existing one needs no change
 * here.
 */
export function mapMatcher<A, B>(matcher: Plain<A>, map: TextMap<A, B>): Plain<B> {
  const inner = (each: Plain<A>): Plain<B> => mapMatcher(each, map);
  if (takes(matcher, 'items')) return { kind: matcher.kind, items: matcher.items.map(inner) };
  if (takes(matcher, 'matchers')) return { kind: matcher.kind, of: matcher.of.map(inner) };
  if (takes(matcher, 'matcher') || takes(matcher, 'derived'))
    return { kind: matcher.kind, matcher: inner(matcher.matcher) };
  if (takes(matcher, 'pattern')) return { kind: matcher.kind, pattern: mapPattern(matcher.pattern, map) };
  if (takes(matcher, 'fields')) {
    return {
      kind: matcher.kind,
      fields: matcher.fields.map(({ name, matcher: each }) => ({ name, matcher: inner(each) })),
    };
  }
  if (takes(matcher, 'counted')) return { kind: matcher.kind, of: inner(matcher.of), matcher: inner(matcher.matcher) };
  if (takes(matcher, 'name')) return { kind: matcher.kind, name: matcher.name };
  if (takes(matcher, 'text')) return { kind: matcher.kind, value: map.text(matcher.value) };
  return { kind: matcher.kind, value: mapScalar(matcher.value, map) };
}

function mapScalar<A, B>(value: ScalarForm<A>, map: TextMap<A, B>): ScalarForm<B> {
  if (value === null || typeof value === 'number' || typeof value === 'boolean')
    return value as number | boolean | null;
  return map.text(value as A);
}

export function mapPattern<A, B>(
  { source, flags }: PatternForm<A, unknown>,
  map: TextMap<A, B>,
): PatternForm<B, unknown> {
  return { source: map.pattern(source), flags };
}

export function mapExpectation<A, B>(
  expectation: ExpectationForm<A, unknown>,
  map: TextMap<A, B>,
): ExpectationForm<B, unknown> {
  switch (expectation.kind) {
    case 'closed':
      return { kind: 'closed', ...(expectation.by && { by: expectation.by }) };
    case 'nothing':
      return { kind: 'nothing', for: expectation.for };
    case 'reply':
      return { kind: 'reply', conditions: expectation.conditions.map((each) => mapCondition(each, map)) };
  }
}

export function mapCondition<A, B>(
  condition: ConditionForm<A, unknown>,
  map: TextMap<A, B>,
): ConditionForm<B, unknown> {
  switch (condition.kind) {
    case 'code':
    case 'enhanced':
      return { kind: condition.kind, codes: condition.codes.map(map.text) };
    case 'status':
      return { kind: 'status', statuses: condition.statuses.map(map.text) };
    case 'begins':
      return { kind: 'begins', text: map.text(condition.text) };
    case 'response_code':
    case 'text':
    case 'raw':
    case 'lines_value':
      return { kind: condition.kind, matcher: mapMatcher(condition.matcher, map) };
    case 'extension':
    case 'capability': {
      const { kind, keyword, want } = condition;
      return { kind, keyword, want: typeof want === 'boolean' ? want : mapMatcher(want, map) };
    }
    case 'untagged':
      return { kind: 'untagged', want: condition.want.map((each) => mapUntagged(each, map)) };
    case 'lines':
      return { kind: 'lines', order: condition.order, items: condition.items.map((item) => mapMatcher(item, map)) };
    case 'one_of':
      return { kind: 'one_of', of: condition.of.map((each) => mapExpectation(each, map)) };
    case 'not':
      return { kind: 'not', of: mapExpectation(condition.of, map) };
    case 'within':
    case 'after':
      return { kind: condition.kind, ms: condition.ms };
    case 'field':
      return { kind: 'field', name: condition.name, matcher: mapMatcher(condition.matcher, map) };
  }
}

export function mapUntagged<A, B>(
  { want, ...how }: UntaggedForm<A, unknown>,
  map: TextMap<A, B>,
): UntaggedForm<B, unknown> {
  const mode = { forbidden: how.forbidden, ...(how.every && { every: how.every }) };
  switch (want.form) {
    case 'begins':
      return { ...mode, want: { form: 'begins', text: map.text(want.text) } };
    case 'text':
      return { ...mode, want: { form: 'text', matcher: mapMatcher(want.matcher, map) } };
    case 'data':
      return { ...mode, want: { form: 'data', name: want.name, matcher: mapMatcher(want.matcher, map) } };
  }
}
