import { nearest } from '../nearest.ts';
import type { Matcher, Scalar } from '../plan.ts';
import type { Span } from '../source.ts';
import { looksLikePattern, readPattern } from './pattern.ts';
import { readText, scalar } from './read.ts';
import type { Scope } from './scope.ts';
import { type Entry, headOf, type MapNode, type Node, type ScalarNode } from './tree.ts';
import { expand, toText } from './variables.ts';

/** What reading a matcher needs besides the scope: where captures are noted. */
export interface MatcherContext {
  readonly scope: Scope;
  /** Told of every `capture: NAME`; it counts for the steps that follow. */
  captures(name: string): void;
}

/** A scalar, a list, a map of operators, or (where data have fields) a map of fields. */
export function readMatcher(context: MatcherContext, node: Node): Matcher | undefined {
  switch (node.kind) {
    case 'scalar':
      return readScalarMatcher(context, node);
    case 'list':
      return { kind: 'holds', items: readMatchers(context, node), span: node.span };
    case 'map':
      return isOperators(node) ? readOperators(context, node) : readFields(context, node);
  }
}

export function readMatchers(context: MatcherContext, node: Node): readonly Matcher[] {
  const nodes = node.kind === 'list' ? node.items : [node];
  return nodes.flatMap((item) => readMatcher(context, item) ?? []);
}

function readScalarMatcher({ scope }: MatcherContext, node: ScalarNode): Matcher | undefined {
  if (typeof node.value === 'string' && looksLikePattern(node.value)) {
    const pattern = readPattern(scope, node);
    return pattern && { kind: 'matches', pattern, span: node.span };
  }
  const value = readScalar(scope, node);
  return value === undefined ? undefined : { kind: 'equals', value, span: node.span };
}

/** Numbers stay numbers where nothing of their spelling is lost: `7`, but not `007` or `5.10`. */
function readScalar(scope: Scope, node: ScalarNode): Scalar | undefined {
  const { value } = node;
  if (typeof value === 'string') {
    const expanded = expand(scope, node);
    return expanded.vague ? undefined : toText(expanded);
  }
  return typeof value === 'number' && String(value) !== node.text ? node.text : value;
}

type Operator = (context: MatcherContext, node: Node, span: Span) => Matcher | undefined;

const text =
  (kind: 'contains' | 'starts_with' | 'ends_with'): Operator =>
  ({ scope }, node, span) => {
    const value = readText(scope, node);
    return value === undefined ? undefined : { kind, value, span };
  };

const nested =
  (kind: 'not' | 'base64' | 'length'): Operator =>
  (context, node, span) => {
    const matcher = readMatcher(context, node);
    return matcher && { kind, matcher, span };
  };

const several =
  (kind: 'one_of' | 'all_of'): Operator =>
  (context, node, span) => ({ kind, of: readMatchers(context, node), span });

const bound =
  (kind: 'at_least' | 'at_most'): Operator =>
  ({ scope }, node, span) => {
    const found = scalar(node);
    const value = found && readScalar(scope, found);
    return value === undefined ? undefined : { kind, value, span };
  };

/** One row an operator. */
const operators: Readonly<Record<string, Operator>> = {
  equals: (context, node, span) =>
    node.kind === 'list'
      ? { kind: 'exactly', items: readMatchers(context, node), span }
      : readEquality(context, node, span),
  contains: text('contains'),
  starts_with: text('starts_with'),
  ends_with: text('ends_with'),
  matches: ({ scope }, node, span) => {
    const found = scalar(node);
    const pattern = found && readPattern(scope, found);
    return pattern && { kind: 'matches', pattern, span };
  },
  not: nested('not'),
  one_of: several('one_of'),
  all_of: several('all_of'),
  // A list of what is included is what a plain list says.
  includes: (context, node, span) =>
    node.kind === 'list'
      ? { kind: 'holds', items: readMatchers(context, node), span }
      : included('includes', context, node, span),
  excludes: (context, node, span) =>
    node.kind === 'list'
      ? allOf(
          node.items.flatMap((item) => included('excludes', context, item, item.span) ?? []),
          span,
        )
      : included('excludes', context, node, span),
  at_least: bound('at_least'),
  at_most: bound('at_most'),
  length: nested('length'),
  base64: nested('base64'),
  capture: (context, node, span) => {
    const name = scalar(node)?.text;
    if (name === undefined) return undefined;
    context.captures(name);
    return { kind: 'capture', name, span };
  },
};

const operatorNames: readonly string[] = Object.keys(operators);

function readEquality({ scope }: MatcherContext, node: Node, span: Span): Matcher | undefined {
  if (node.kind !== 'scalar') return undefined;
  const value = readScalar(scope, node);
  return value === undefined ? undefined : { kind: 'equals', value, span };
}

function included(kind: 'includes' | 'excludes', context: MatcherContext, node: Node, span: Span): Matcher | undefined {
  const matcher = readMatcher(context, node);
  return matcher && { kind, matcher, span };
}

function allOf(of: readonly Matcher[], span: Span): Matcher {
  const [only, ...more] = of;
  return only !== undefined && more.length === 0 ? only : { kind: 'all_of', of, span };
}

/** A map is one of operators as soon as one of its keys is an operator. */
export function isOperators(node: MapNode): boolean {
  return [...node.entries.keys()].some((key) => Object.hasOwn(operators, key));
}

function readOperators(context: MatcherContext, node: MapNode): Matcher {
  const of = [...node.entries.values()].flatMap((entry) => readOperator(context, entry) ?? []);
  return allOf(of, node.span);
}

/** One operator of a map, shown at its value. */
export function readOperator(context: MatcherContext, { key, keySpan, node }: Entry): Matcher | undefined {
  const operator = Object.hasOwn(operators, key) ? operators[key] : undefined;
  if (operator !== undefined) return operator(context, node, node.span);
  const near = nearest(key, operatorNames);
  context.scope.shared.report({
    code: 'key.unknown',
    message: `Unknown operator "${key}"`,
    span: keySpan,
    hint: near === undefined ? `The operators are ${operatorNames.join(', ')}` : `Did you mean "${near}"?`,
  });
  return undefined;
}

/** Names of parsed data that look like operators, and are none. */
const fieldNames: ReadonlySet<string> = new Set([
  'seq',
  'name',
  'delimiter',
  'attributes',
  'items',
  'text',
  'value',
  'params',
]);

function readFields(context: MatcherContext, node: MapNode): Matcher {
  const fields: { name: string; matcher: Matcher; span: Span }[] = [];
  for (const { key, keySpan, node: value } of node.entries.values()) {
    // Protocols write their names in capitals: a near miss in small letters is an operator mistyped.
    const near =
      /^[a-z_]+$/.test(key) && !fieldNames.has(key) && key.length > 4 ? nearest(key, operatorNames) : undefined;
    if (near !== undefined && node.entries.size === 1) {
      context.scope.shared.report({
        code: 'key.unknown',
        message: `Unknown operator "${key}"`,
        span: keySpan,
        hint: `Did you mean "${near}"?`,
      });
      continue;
    }
    const matcher = readMatcher(context, value);
    if (matcher !== undefined) fields.push({ name: key, matcher, span: keySpan });
  }
  return { kind: 'fields', fields, span: headOf(node) };
}
