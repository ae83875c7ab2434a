import {
  isOperator,
  type KindTaking,
  matcherKinds,
  type OperatorKind,
  operatorNames,
  type Taking,
} from '../matcher-kinds.ts';
import { quantityKind } from '../matchers/quantity.ts';
import { nearest } from '../nearest.ts';
import type { Matcher, Scalar } from '../plan.ts';
import type { Span } from '../source.ts';
import { looksLikePattern, readPattern } from './pattern.ts';
import { readText, scalar } from './read.ts';
import type { Scope } from './scope.ts';
import { type Entry, entriesOf, headOf, type ListNode, type MapNode, type Node, type ScalarNode } from './tree.ts';
import { suspectEmpty, suspectSpelling } from './truths.ts';
import { expand, toText } from './variables.ts';

/** What reading a matcher needs in addition to the scope: where to note captures. */
export interface MatcherContext {
  readonly scope: Scope;
  /** Called for every `capture: NAME`, which the steps after it can use. */
  captures(name: string): void;
}

/** Reads a scalar, a list, a map of operators or, for data with fields, a map of fields. */
export function readMatcher(context: MatcherContext, node: Node): Matcher | undefined {
  switch (node.kind) {
    case 'scalar':
      return readScalarMatcher(context, node);
    case 'list':
      suspectEmpty(context.scope, node);
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

/** Numbers stay numbers if their spelling is not lost: `7`, but not `007` or `5.10`. */
function readScalar(scope: Scope, node: ScalarNode): Scalar | undefined {
  const { value } = node;
  suspectSpelling(scope, node);
  if (typeof value === 'string') {
    const expanded = expand(scope, node);
    return expanded.vague ? undefined : toText(expanded);
  }
  return typeof value === 'number' && String(value) !== node.text ? node.text : value;
}

/** `at_least` compares numbers and the like; what variables stand for is not known before the run. */
function refuseIncomparable(scope: Scope, value: Scalar | undefined, span: Span): void {
  if (value === undefined || (typeof value === 'object' && value !== null)) return;
  if (typeof value === 'number' || (typeof value === 'string' && quantityKind(value) !== undefined)) return;
  scope.shared.report({
    code: 'value.invalid',
    message: `"${value}" cannot be compared`,
    span,
    hint: 'Write a number, a size such as 10MiB, a duration such as 5s, or a date such as 2027-01-31',
  });
}

type Operator = (context: MatcherContext, node: Node, span: Span) => Matcher | undefined;

type OperatorOf<What extends Taking> = (kind: KindTaking<What>) => Operator;

const nested =
  (kind: KindTaking<'matcher' | 'derived'>): Operator =>
  (context, node, span) => {
    const matcher = readMatcher(context, node);
    return matcher && { kind, matcher, span };
  };

/** How an operator is read, by what it takes. Lists and maps without an operator are read elsewhere. */
const reading: { readonly [What in Exclude<Taking, 'fields'>]: OperatorOf<What> } = {
  scalar:
    (kind) =>
    ({ scope }, node, span) => {
      const value = node.kind === 'scalar' ? readScalar(scope, node) : undefined;
      if (kind !== 'equals') refuseIncomparable(scope, value, span);
      return value === undefined ? undefined : { kind, value, span };
    },
  text:
    (kind) =>
    ({ scope }, node, span) => {
      const value = readText(scope, node);
      return value === undefined ? undefined : { kind, value, span };
    },
  pattern:
    (kind) =>
    ({ scope }, node, span) => {
      const found = scalar(node);
      const pattern = found && readPattern(scope, found);
      return pattern && { kind, pattern, span };
    },
  name: (kind) => (context, node, span) => {
    const name = scalar(node)?.text;
    if (name === undefined) return undefined;
    context.captures(name);
    return { kind, name, span };
  },
  matcher: nested,
  derived: nested,
  matchers: (kind) => (context, node, span) => ({ kind, of: readMatchers(context, node), span }),
  items: (kind) => (context, node, span) => {
    suspectEmpty(context.scope, node);
    return { kind, items: readMatchers(context, node), span };
  },
  counted: (kind) => (context, node, span) =>
    allOf(
      entriesOf(node).flatMap(({ key, keySpan, node: value }): readonly Matcher[] => {
        const of = readMatcher(context, { kind: 'scalar', span: keySpan, value: key, text: key });
        const matcher = readMatcher(context, value);
        return of && matcher ? [{ kind, of, matcher, span: keySpan }] : [];
      }),
      span,
    ),
};

/** Operators that read a list in their own way; other values are read as for all operators. */
const ofLists: { readonly [Kind in OperatorKind]?: (context: MatcherContext, node: ListNode, span: Span) => Matcher } =
  {
    equals: (context, node, span) => ({ kind: 'exactly', items: readMatchers(context, node), span }),
    // A list under `includes` means the same as a plain list.
    includes: (context, node, span) => {
      suspectEmpty(context.scope, node);
      return { kind: 'holds', items: readMatchers(context, node), span };
    },
    excludes: (context, node, span) => {
      suspectEmpty(context.scope, node);
      return allOf(
        node.items.flatMap((item) => nested('excludes')(context, item, item.span) ?? []),
        span,
      );
    },
  };

function operatorOf<Kind extends OperatorKind>(kind: Kind): Operator {
  const read = reading[matcherKinds[kind].takes] as (kind: Kind) => Operator;
  return read(kind);
}

function allOf(of: readonly Matcher[], span: Span): Matcher {
  const [only, ...more] = of;
  return only !== undefined && more.length === 0 ? only : { kind: 'all_of', of, span };
}

/** A map with an operator among its keys is a map of operators. */
export function isOperators(node: MapNode): boolean {
  return [...node.entries.values()].some(({ key, node: value }) => isOperator(key) && isTakenBy(key, value));
}

/** Data may have a field named `count`; the operator takes a map. */
function isTakenBy(operator: OperatorKind, value: Node): boolean {
  return matcherKinds[operator].takes !== 'counted' || value.kind === 'map';
}

function readOperators(context: MatcherContext, node: MapNode): Matcher {
  const of = [...node.entries.values()].flatMap((entry) => readOperator(context, entry) ?? []);
  return allOf(of, node.span);
}

/** One operator of a map; its span is the value's. */
export function readOperator(context: MatcherContext, { key, keySpan, node }: Entry): Matcher | undefined {
  if (isOperator(key)) {
    const ofList = node.kind === 'list' ? ofLists[key]?.(context, node, node.span) : undefined;
    return ofList ?? operatorOf(key)(context, node, node.span);
  }
  const near = nearest(key, operatorNames);
  context.scope.shared.report({
    code: 'key.unknown',
    message: `Unknown operator "${key}"`,
    span: keySpan,
    hint: near === undefined ? `The operators are ${operatorNames.join(', ')}` : `Did you mean "${near}"?`,
  });
  return undefined;
}

/** Names in parsed data that are close to operators but are not operators. */
const fieldNames: ReadonlySet<string> = new Set([
  'seq',
  'name',
  'delimiter',
  'attributes',
  'items',
  'text',
  'value',
  'params',
  'order',
]);

function readFields(context: MatcherContext, node: MapNode): Matcher {
  const fields: { name: string; matcher: Matcher; span: Span }[] = [];
  for (const { key, keySpan, node: value } of node.entries.values()) {
    // Protocols write their names in capitals, so a similar name in lower case is a misspelled operator.
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
