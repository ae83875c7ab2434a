import type { Diagnostic } from '../diagnostic.ts';
import { factsOfMatcher } from '../matcher-kinds.ts';
import { jsonPathHint, parseJsonPath } from '../matchers/json-path.ts';
import { partsOf } from '../matchers/parts.ts';
import { parseXPath, xpathHint } from '../matchers/xpath.ts';
import { nearest } from '../nearest.ts';
import { counted } from '../phrase.ts';
import type { Condition, Expectation, Matcher } from '../plan.ts';
import { listOf, type Shape } from '../shape.ts';
import type { Span } from '../source.ts';
import { TooCostly } from './budget.ts';
import { fit } from './fit.ts';
import { limits } from './limits.ts';
import { type MatcherContext, readMatcher } from './matcher.ts';
import { looksLikePattern } from './pattern.ts';
import { entriesOf, type Node, type ScalarNode } from './tree.ts';
import { listed } from './validate.ts';
import { expandQuietly, toText } from './variables.ts';

/** Reads the matcher for one field of a check's result. */
export interface ReadField {
  (context: MatcherContext, node: Node): Matcher | undefined;
  /** What the field's value can be. Absent: anything. */
  readonly shape?: Shape;
}

/** A field of this shape, whose matcher is read by `read`. */
export function shaped(shape: Shape, read: ReadField = readMatcher): ReadField {
  return withShape(shape, (context, node) => {
    const matcher = read(context, node);
    return matcher && fit(context, matcher, shape);
  });
}

/** The same for a reader that applies the shape itself. */
export function withShape(shape: Shape, read: ReadField): ReadField {
  return Object.assign((context: MatcherContext, node: Node) => read(context, node), { shape });
}

/** What may be written under a check's `expect`. */
export interface CheckWords {
  /** Which field a short form is about, and how it is compared. `undefined`: it is not a short form. */
  readonly short: (text: string, node: ScalarNode) => { readonly field: string; readonly read: ReadField } | undefined;
  /** The words allowed as a short form, so that the closest one can be suggested. */
  readonly choices?: readonly string[];
  /** The allowed short forms, for a message. */
  readonly hint: string;
  /** One row for each field. */
  readonly fields: Readonly<Record<string, ReadField>>;
}

export interface ReadCheckExpectation {
  (context: MatcherContext, node: Node): Expectation | undefined;
  readonly fields: CheckWords['fields'];
}

/** Reads the `expect` of a check: a short form, a list whose entries must all be met, or a map of fields. */
export function checkExpectation(words: CheckWords): ReadCheckExpectation {
  const read = (context: MatcherContext, node: Node): Expectation | undefined => {
    if (node.kind === 'scalar' && node.value === null) return undefined;
    return { kind: 'reply', conditions: readConditions(context, node), span: node.span };
  };

  const readConditions = (context: MatcherContext, node: Node): readonly Condition[] => {
    switch (node.kind) {
      case 'scalar':
        return readShort(context, node);
      case 'list':
        return node.items.flatMap((item) => readConditions(context, item));
      case 'map':
        return entriesOf(node).flatMap(({ key, node: value }) => readKey(context, key, value));
    }
  };

  const readShort = (context: MatcherContext, node: ScalarNode): readonly Condition[] => {
    // The values of variables decide which field is meant. Values known only at run time cannot.
    const known = toText(expandQuietly(context.scope, node));
    const short = words.short(typeof known === 'string' ? known : node.text, node);
    if (short !== undefined) return field(short.field, short.read(context, node), node);
    const near = nearest(node.text, words.choices ?? []);
    context.scope.shared.report({
      code: 'value.invalid',
      message: `"${node.text}" is not something that this check reports`,
      span: node.span,
      hint: near === undefined ? words.hint : `Did you mean "${near}"?`,
    });
    return [];
  };

  const readKey = (context: MatcherContext, key: string, node: Node): readonly Condition[] => {
    if (key === 'one_of') {
      const items = node.kind === 'list' ? node.items : [];
      return [{ kind: 'one_of', of: items.flatMap((item) => read(context, item) ?? []), span: node.span }];
    }
    if (key === 'not') {
      const of = read(context, node);
      return of === undefined ? [] : [{ kind: 'not', of, span: node.span }];
    }
    const row = Object.hasOwn(words.fields, key) ? words.fields[key] : undefined;
    // The schema has reported an unknown key.
    return row === undefined ? [] : field(key, row(context, node), node);
  };

  return Object.assign(read, { fields: words.fields });
}

function field(name: string, matcher: Matcher | undefined, { span }: Node): readonly Condition[] {
  return matcher === undefined ? [] : [{ kind: 'field', name, matcher, span }];
}

/** A short form that must be one of these words. */
export function oneOfWords(name: string, choices: readonly string[]): Pick<CheckWords, 'short' | 'hint' | 'choices'> {
  return {
    choices,
    short: (text) => (choices.includes(text) ? { field: name, read: readMatcher } : undefined),
    hint: `Write ${listed(choices)}`,
  };
}

export const isPattern = (node: ScalarNode): boolean => looksLikePattern(node.text);

// --- How fields are read ---

/** For a field that is a list: a scalar or a map must match some item. */
export const someItem: ReadField = (context, node) => {
  const matcher = readMatcher(context, node);
  if (matcher === undefined || (matcher.kind !== 'equals' && matcher.kind !== 'matches' && matcher.kind !== 'fields'))
    return matcher;
  return { kind: 'holds', items: [matcher], span: node.span };
};

/** For a field that is a list of lines: plain text must match part of some line. */
export const someLine: ReadField = withShape(listOf('text'), (context, node) => {
  const lineOf = (matcher: Matcher): Matcher =>
    matcher.kind === 'equals' && matcher.value !== null && typeof matcher.value !== 'boolean'
      ? {
          kind: 'contains',
          value: typeof matcher.value === 'number' ? String(matcher.value) : matcher.value,
          span: matcher.span,
        }
      : matcher;
  const matcher = someItem(context, node);
  const listed = matcher && fit(context, matcher, listOf('text'));
  if (listed?.kind === 'holds' || listed?.kind === 'ordered') return { ...listed, items: listed.items.map(lineOf) };
  return listed && countedLines(listed, lineOf);
});

function countedLines(matcher: Matcher, lineOf: (matcher: Matcher) => Matcher): Matcher {
  if (matcher.kind === 'count') return { ...matcher, of: lineOf(matcher.of) };
  return matcher.kind === 'all_of' ? { ...matcher, of: matcher.of.map((each) => countedLines(each, lineOf)) } : matcher;
}

/** A number of items, or which ones: `1`, `{ at_least: 1 }`, or matchers that must each match some item. */
export const countOrItems: ReadField = (context, node) => {
  const matcher = readMatcher(context, node);
  if (matcher === undefined || isBound(matcher)) return matcher && { kind: 'length', matcher, span: node.span };
  return matcher.kind === 'fields' ? { kind: 'holds', items: [matcher], span: node.span } : matcher;
};

/** Whether the matcher is about a number, not about an item of a list. */
function isBound(matcher: Matcher): boolean {
  if (matcher.kind === 'equals')
    return typeof matcher.value === 'number' || (typeof matcher.value === 'string' && /^\d+$/.test(matcher.value));
  const { about } = factsOfMatcher(matcher.kind);
  return about === 'quantity' || (about === 'parts' && partsOf(matcher).every(isBound));
}

/** A map whose keys are names in the data, never operators. `refused`: what is wrong with a key. */
function namedFields(
  refused: (key: string, context: MatcherContext, span: Span) => Pick<Diagnostic, 'message' | 'hint'> | undefined,
): ReadField {
  return (context, node) => ({
    kind: 'fields',
    fields: entriesOf(node).flatMap(({ key, keySpan, node: value }) => {
      const matcher = readMatcher(context, value);
      const wrong = refused(key, context, keySpan);
      if (wrong !== undefined) context.scope.shared.report({ code: 'value.invalid', ...wrong, span: keySpan });
      return matcher === undefined || wrong !== undefined ? [] : [{ name: key, matcher, span: keySpan }];
    }),
    span: node.span,
  });
}

export const xpathFields = namedFields((key, { scope }, span) => {
  if (key.length > limits.expression)
    throw new TooCostly(`An XPath expression has more than ${counted(limits.expression)} characters`, span);
  scope.shared.spend('expressions', key.length, span);
  return parseXPath(key) ? undefined : { message: `"${key}" is not an XPath expression`, hint: xpathHint };
});

export const jsonFields = namedFields((key) =>
  parseJsonPath(key) ? undefined : { message: `"${key}" is not a path into JSON`, hint: jsonPathHint },
);

/** The same for header fields: names become lower case (RFC 5322 section 1.2.2, RFC 9110 section 5.1). */
export const headerFields: ReadField = (context, node) => {
  const matcher = anyFields(context, node);
  return matcher && lowerCaseNames(matcher);
};

const anyFields = namedFields(() => undefined);

/** RFC 5322 section 1.2.2 */
export function lowerCaseNames(matcher: Matcher): Matcher {
  if (matcher.kind !== 'fields') return matcher;
  return { ...matcher, fields: matcher.fields.map((each) => ({ ...each, name: each.name.toLowerCase() })) };
}
