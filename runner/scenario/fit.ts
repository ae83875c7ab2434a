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
  if (shape === 'any') return matcher;
  const inner = (each: Matcher, of: Shape): Matcher => fit(context, each, of);
  if (matcher.kind === 'fields') return fitFields(context, matcher, shape);
  const wrong = misfit(matcher, shape);
  if (wrong !== undefined) {
    report(context, 'value.invalid', matcher.span, wrong.message, wrong.hint);
    return matcher;
  }
  if (takes(matcher, 'derived')) return { ...matcher, matcher: inner(matcher.matcher, derivedShapes[matcher.kind]) };
  const isList = factsOfMatcher(matcher.kind).about === 'list';
  const parts = isList ? itemOf(shape) : shape;
  const fitted = withParts(matcher, (each) => {
    if (isList && parts === 'text') suspectTruth(context.scope, each);
    return inner(each, parts);
  });
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
  if (isBareRecord(shape)) {
    if (about === 'text' || about === 'quantity' || kind === 'length')
      return {
        message: `"${kind}" compares a single value, and this has fields`,
        hint: `Write which: ${namesOf(shape)}`,
      };
    if (kind === 'equals' && typeof matcher.value !== 'boolean' && matcher.value !== null)
      return { message: 'This has fields, and is never a single value', hint: `Write which: ${namesOf(shape)}` };
  }
  if (about === 'quantity' && (shape === 'names' || isListOf(shape, 'text')))
    return { message: `"${kind}" compares a number, and this is a list`, hint: `Write { length: { ${kind}: … } }` };
  if (kind === 'length' && (shape === 'number' || shape === 'truth'))
    return {
      message: `A ${shape === 'number' ? 'number' : 'boolean'} has no length`,
      hint: 'Compare the value itself',
    };
  if (shape === 'number' && kind === 'equals' && isWord(matcher.value))
    return { message: `This is a number, and never "${matcher.value}"`, hint: 'Write a number' };
  if (shape === 'truth' && (about === 'quantity' || about === 'text'))
    return { message: `"${kind}" can never match: this is true or false`, hint: 'Write true or false' };
  return undefined;
}

/** Whether a value has no digit that a number could have; what variables stand for is not known before the run. */
function isWord(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z_-]+$/i.test(value);
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
  if (record === 'any') return matcher;
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
      if (own !== undefined) return { ...field, matcher: fit(context, field.matcher, own) };
      report(
        context,
        'key.unknown',
        field.span,
        `Unknown field "${field.name}"`,
        near === undefined ? `The fields are ${Object.keys(record.record).join(', ')}` : `Did you mean "${near}"?`,
      );
      return field;
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
