import { factsOfMatcher, type KindTaking, operatorNames } from '../matcher-kinds.ts';
import { takes, withParts } from '../matchers/parts.ts';
import { nearest } from '../nearest.ts';
import type { Matcher } from '../plan.ts';
import { listOf, type RecordShape, type Shape } from '../shape.ts';
import type { Span } from '../source.ts';
import type { MatcherContext } from './matcher.ts';
import { suspectTruth } from './truths.ts';
import { listed } from './validate.ts';

/**
 * Adapts a matcher to values of this shape: if the list's order matters, `equals` compares it. A matcher that no such
 * value, or every such value, would meet is reported, and so are an operator or a field that it does not have.
 */
export function fit(context: MatcherContext, matcher: Matcher, shape: Shape): Matcher {
  const inner = (each: Matcher, of: Shape): Matcher => fit(context, each, of);
  if (matcher.kind === 'fields') return fitFields(context, matcher, shape);
  const wrong = misfit(matcher, shape);
  if (wrong !== undefined) {
    report(context, 'value.invalid', matcher.span, wrong.message, wrong.hint);
    return matcher;
  }
  if (takes(matcher, 'derived')) return { ...matcher, matcher: inner(matcher.matcher, derivedShapes[matcher.kind]) };
  const isList = factsOfMatcher(matcher.kind).about === 'list';
  const parts = isList && !isOfWholeSet(matcher, shape) ? itemOf(shape) : shape;
  const items = withParts(matcher, (each) => {
    if (isList && parts !== 'any' && !(parts === 'truth' && isBoolean(each))) suspectTruth(context.scope, each);
    return inner(each, parts);
  });
  const fitted = takes(items, 'counted') ? { ...items, matcher: inner(items.matcher, 'number') } : items;
  const ordered = typeof shape === 'object' && shape.order === 'kept';
  return ordered && fitted.kind === 'exactly' ? { ...fitted, kind: 'sequence' } : fitted;
}

/** The shapes of values that are computed from others. */
const derivedShapes = {
  length: 'number',
  octets: 'number',
  base64: 'text',
  set: listOf('number'),
} as const satisfies Readonly<Record<KindTaking<'derived'>, Shape>>;

/** The shape that list operators apply to: an item or, if it is not a list, the value itself. */
function itemOf(shape: Shape): Shape {
  return typeof shape === 'object' && 'list' in shape ? shape.list : shape;
}

interface Misfit {
  readonly message: string;
  readonly hint: string;
}

function misfit(matcher: Matcher, shape: Shape): Misfit | undefined {
  const { kind } = matcher;
  const { about } = factsOfMatcher(kind);
  const item = itemOf(shape);
  if (kind === 'set' && item !== shape && typeof item === 'object')
    return { message: '"set" is about numbers, and this is a list', hint: 'Write a list with a matcher for the item' };
  if (isBareRecord(item)) return misfitOfRecord(matcher, item, item !== shape);
  if (about === 'quantity' && (shape === 'names' || isListOf(shape, 'text')))
    return { message: `"${kind}" compares a number, and this is a list`, hint: `Write { length: { ${kind}: … } }` };
  if (shape === 'number' || shape === 'truth') {
    const noun = shape === 'number' ? 'number' : 'boolean';
    const hint = 'Compare the value itself';
    if (kind === 'length') return { message: `A ${noun} has no length`, hint };
    if (kind === 'octets' || kind === 'base64')
      return { message: `"${kind}" is about text, and this is a ${noun}`, hint };
  }
  if (item === 'number' && isNoNumber(matcher) && !(item !== shape && isSet(matcher)))
    return { message: `This is a number, and never "${shownValue(matcher)}"`, hint: 'Write a number' };
  if (shape === 'number' && kind === 'set' && isSet(matcher.matcher) && isNoNumber(matcher.matcher))
    return { message: 'This is one number, and never several', hint: 'Compare the value itself' };
  if (shape === 'truth') return misfitOfTruth(matcher);
  if ((shape === 'text' || shape === 'number') && needsSeveral(matcher))
    return { message: 'This is a single value, and never a list', hint: 'Write { one_of: […] } for alternatives' };
  return undefined;
}

/** @param listed whether it is a list of such records */
function misfitOfRecord(matcher: Matcher, record: RecordShape, listed: boolean): Misfit | undefined {
  const { kind } = matcher;
  const { about } = factsOfMatcher(kind);
  const hint = `Write which: ${namesOf(record)}`;
  if (about === 'text' || about === 'quantity' || kind === 'set' || (kind === 'length' && !listed))
    return { message: `"${kind}" compares a single value, and this has fields`, hint };
  if (kind === 'equals' && typeof matcher.value !== 'boolean' && matcher.value !== null)
    return { message: 'This has fields, and is never a single value', hint };
  return undefined;
}

function misfitOfTruth(matcher: Matcher): Misfit | undefined {
  const { kind } = matcher;
  const { about } = factsOfMatcher(kind);
  const hint = 'Write true or false';
  if (about === 'quantity' || about === 'text' || kind === 'set')
    return { message: `"${kind}" can never match: this is true or false`, hint };
  if (kind === 'equals' && (typeof matcher.value === 'string' || typeof matcher.value === 'number'))
    return /^(?:true|false)$/i.test(String(matcher.value))
      ? undefined
      : { message: `This is true or false, and never "${matcher.value}"`, hint };
  return undefined;
}

function isBoolean(matcher: Matcher): boolean {
  return matcher.kind === 'equals' && typeof matcher.value === 'boolean';
}

/** RFC 9051 section 9, "sequence-set", which a set of numbers may equal, include or exclude. */
function isSet(matcher: Matcher): boolean {
  return matcher.kind === 'equals' && /^\d+(?:[:,]\d+)*$/.test(String(matcher.value));
}

function isOfWholeSet({ kind }: Matcher, shape: Shape): boolean {
  return (kind === 'includes' || kind === 'excludes') && isListOf(shape, 'number');
}

/** Whether a string cannot be or be part of a number; what variables stand for is not known before the run. */
function isNoNumber(matcher: Matcher): boolean {
  if (matcher.kind === 'equals') return typeof matcher.value === 'string' && !/^-?\d+(?:\.\d+)?$/.test(matcher.value);
  return takes(matcher, 'text') && typeof matcher.value === 'string' && !/^[-\d.]*$/.test(matcher.value);
}

function shownValue(matcher: Matcher): string {
  return 'value' in matcher ? String(matcher.value) : '';
}

/** Whether a single value cannot match because it would have to be two. */
function needsSeveral(matcher: Matcher): boolean {
  if (!takes(matcher, 'items') || matcher.items.length < 2) return false;
  if (matcher.kind !== 'holds') return true;
  const values = matcher.items.map((each) => (each.kind === 'equals' ? each.value : undefined));
  return values.every((each) => typeof each === 'string' || typeof each === 'number') && new Set(values).size > 1;
}

function isBareRecord(shape: Shape): shape is RecordShape {
  return typeof shape === 'object' && 'record' in shape && shape.text !== true;
}

function isListOf(shape: Shape, item: Shape): boolean {
  return typeof shape === 'object' && 'list' in shape && shape.list === item;
}

function namesOf({ record, others }: RecordShape): string {
  const names = Object.keys(record);
  return others === undefined ? listed(names) : [...names, '…'].join(', ');
}

function fitFields(context: MatcherContext, matcher: Extract<Matcher, { kind: 'fields' }>, shape: Shape): Matcher {
  const { fields } = matcher;
  // A list with one item is treated like the item.
  const record = itemOf(shape);
  if (record === 'any')
    return { ...matcher, fields: fields.map((each) => ({ ...each, matcher: fit(context, each.matcher, record) })) };
  if (typeof record !== 'object' || !('record' in record)) {
    for (const { name, span } of fields) {
      const near = nearest(name, operatorNames);
      report(
        context,
        'key.unknown',
        span,
        `Unknown operator "${name}"`,
        near === undefined ? `The operators are ${operatorNames.join(', ')}` : `Did you mean "${near}"?`,
      );
    }
    return matcher;
  }
  return {
    ...matcher,
    fields: fields.map((field) => {
      const known = Object.keys(record.record).find((each) => each.toLowerCase() === field.name.toLowerCase());
      const near = nearest(field.name, Object.keys(record.record));
      // Items with a section, such as BODY[TEXT], are other names, and so are those of vendors, and GUID is not UID.
      const isMisspelled = near !== undefined && near.length > 3 && /^[a-z]+$/i.test(field.name);
      const own = known !== undefined ? record.record[known] : isMisspelled ? undefined : record.others;
      // A server may have a field of its own.
      const isDoubtful = known === undefined && record.otherNames?.test(field.name) === false;
      if (own === undefined || isDoubtful)
        context.scope.shared.report({
          code: 'key.unknown',
          ...(own !== undefined && { severity: 'warning' }),
          message: `Unknown field "${field.name}"`,
          span: field.span,
          hint:
            near === undefined ? `The fields are ${Object.keys(record.record).join(', ')}` : `Did you mean "${near}"?`,
        });
      return own === undefined ? field : { ...field, matcher: fit(context, field.matcher, own) };
    }),
  };
}

function report(
  { scope }: MatcherContext,
  code: 'key.unknown' | 'value.invalid',
  span: Span,
  message: string,
  hint: string,
): void {
  scope.shared.report({ code, message, span, hint });
}
