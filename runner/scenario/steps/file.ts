import type { FileContent, FilePath } from '../../message.ts';
import { readFlag, readPublicText, readText } from '../read.ts';
import { child, type Node } from '../tree.ts';
import type { StepContext } from './context.ts';
import { sourceOf } from './watched.ts';

/** A file that a scenario names; its name may contain values known only at run time. */
export function readFile({ scope, access }: StepContext, node: Node): FilePath | undefined {
  const named = readPublicText(scope, node);
  return named === undefined ? undefined : access.named(named, node.span, scope.shared.report);
}

/** `{ file: … }`, or `{ mbox: …, number: … }`. */
export function readContentFile(context: StepContext, node: Node): FileContent | undefined {
  const { scope, access } = context;
  const { report } = scope.shared;
  const file = child(node, 'file');
  const mbox = child(node, 'mbox');
  const number = child(node, 'number');
  if (file !== undefined) {
    const path = readFile(context, file);
    return path === undefined ? undefined : { path };
  }
  if (mbox?.kind !== 'scalar') return undefined;
  if (number === undefined) {
    report({
      code: 'key.missing',
      message: '"mbox" needs "number": which of its messages',
      span: mbox.span,
      hint: 'They are counted from 1: { mbox: tests.mbox, number: 1 }',
    });
    return undefined;
  }
  const named = readPublicText(scope, mbox);
  const path = named === undefined ? undefined : access.named(named, mbox.span, report, sourceOf(scope, mbox));
  const which = readText(scope, number);
  if (typeof which === 'string' && !/^[1-9]\d{0,8}$/.test(which)) {
    report({
      code: 'value.invalid',
      message: `"${which}" is not the number of a message`,
      span: number.span,
      hint: 'They are counted from 1',
    });
    return undefined;
  }
  const blankLine = readFlag(scope, child(node, 'blank_line')) ?? false;
  return path === undefined || which === undefined
    ? undefined
    : { path, number: which, ...(blankLine && { blankLine }) };
}
