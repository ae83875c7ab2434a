import type { Text } from '../../plan.ts';
import { type Capture, otherwises, type StepKind, stepFacts } from '../../steps.ts';
import { expectAt } from '../expectation.ts';
import { readPattern } from '../pattern.ts';
import { readDuration, readString } from '../read.ts';
import { tolerateAt } from '../tolerance.ts';
import { child, entriesOf, type Node } from '../tree.ts';
import { expandQuietly, toText } from '../variables.ts';
import type { StepBase, StepContext, StepReader } from './context.ts';
import { servedOf } from './served.ts';
import { whenOf } from './when.ts';

/** A row's own functions for expectation and label. */
type Wording = Pick<StepReader, 'expectation' | 'label'>;

/** Reads what every step has. */
export function baseOf(context: StepContext, kind: StepKind, action: Node, on: string, row: Wording): StepBase {
  const { scope, step } = context;
  const { reply } = stepFacts[kind];
  const { report } = scope.shared;
  for (const key of reply !== 'none' ? [] : ['expect', 'capture']) {
    const keySpan = step.entries.get(key)?.keySpan;
    if (keySpan !== undefined)
      report({
        code: 'value.invalid',
        message: `"${kind}" has no reply of its own: it cannot have "${key}"`,
        span: keySpan,
      });
  }
  const node = child(step, 'expect');
  const expect =
    reply === 'none'
      ? undefined
      : row.expectation === undefined || node === undefined
        ? expectAt(context, step)
        : row.expectation(context, node);
  const captures = reply === 'none' ? [] : readCaptures(context);
  if (captures.length > 0 && node === undefined && reply === 'if expected') {
    const span = step.entries.get('capture')?.keySpan ?? step.span;
    report({
      code: 'key.missing',
      message: 'Nothing is read that could be captured',
      span,
      hint: 'Add "expect": without one the step takes no reply',
    });
  }
  const timeout = readDuration(scope, child(step, 'timeout'));
  const written = child(step, 'otherwise')?.value;
  const otherwise = otherwises.find((each) => each === written);
  const when = whenOf(context, child(step, 'when'));
  const name = child(step, 'name');
  const given = name && readString(scope, name, "A step's name");
  const label = given ?? wordedAs(kind, action, row);
  const said = given === undefined ? saidOf(context, action, label) : undefined;
  const tolerate = tolerateAt(scope, step);
  const served = servedOf(context, kind);
  return {
    span: step.entries.size > 0 ? step.span : action.span,
    label: given ?? cut(label),
    ...(said !== undefined && { said }),
    on,
    captures,
    ...(timeout !== undefined && { timeout }),
    ...(expect !== undefined && { expect }),
    ...(otherwise !== undefined && { otherwise }),
    ...(tolerate.length > 0 && { tolerate }),
    ...(when !== undefined && { when }),
    ...(served !== undefined && { served }),
  };
}

function readCaptures(context: StepContext): readonly Capture[] {
  return entriesOf(child(context.step, 'capture')).flatMap(({ key, node }) => {
    context.captures(key);
    const pattern = node.kind === 'scalar' ? readPattern(context.scope, node) : undefined;
    return pattern === undefined ? [] : [{ name: key, pattern, span: node.span }];
  });
}

/** A label has to fit into one line of a report. */
const longestLabel = 80;

/** The action as written, with variables unexpanded, so that it contains no secret. */
function wordedAs(kind: string, action: Node, row: Wording): string {
  return (row.label?.(action) ?? wordingOf(kind, action)).replace(/\s+/g, ' ').trim();
}

function cut(label: string): string {
  return label.length > longestLabel ? `${label.slice(0, longestLabel - 1)}…` : label;
}

/** The label with values for a run; `undefined` if it has no variables, or one of them has no value. */
function saidOf({ scope }: StepContext, { span }: Node, label: string): Text | undefined {
  if (!label.includes('${')) return undefined;
  const expanded = expandQuietly(scope, { kind: 'scalar', span, value: label, text: label });
  return expanded.vague || expanded.unset !== undefined ? undefined : toText(expanded);
}

/** Lists and maps are left out, because they may contain credentials. */
function wordingOf(kind: string, action: Node): string {
  return action.kind === 'scalar' && action.value !== null ? `${kind} ${action.text}` : kind;
}
