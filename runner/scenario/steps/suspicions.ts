import type { Text } from '../../plan.ts';
import type { ScalarNode } from '../tree.ts';
import type { StepContext } from './context.ts';

/** Warns about what is valid in a line to send but probably not intended. */
export function suspectLine(context: StepContext, node: ScalarNode, text: Text): void {
  suspectComment(context, node);
  suspectTag(context, node, text);
}

/** `send: CREATE #shared`: YAML begins a comment there. In real comments, people write a space after the sign. */
function suspectComment({ scope }: StepContext, { span }: ScalarNode): void {
  const { file, start, end } = span;
  if (/["'|>]/.test(file.text[start] ?? '')) return;
  const cut = /^[ \t]+(#[^\s#][^\n]*)/.exec(file.text.slice(end))?.[1];
  if (cut === undefined) return;
  scope.shared.report({
    code: 'value.invalid',
    severity: 'warning',
    message: `"${cut.trimEnd()}" is not sent: in YAML, it is a comment`,
    span,
    hint: 'Quote the whole line, or write a space after "#" where a comment is meant',
  });
}

/** `send: a1 LOGIN …`: the tag is added automatically. */
function suspectTag({ scope, protocol, step }: StepContext, { span }: ScalarNode, text: Text): void {
  if (protocol?.createTags === undefined || protocol.commands === undefined || step.entries.has('tag')) return;
  const start = typeof text === 'string' ? text : text.parts[0];
  const [, tag = '', verb = ''] = /^(\S+) ([A-Za-z]+)(?= |$)/.exec(typeof start === 'string' ? start : '') ?? [];
  const isCommand = (word: string) => protocol.commands?.some((command) => command === word.toUpperCase()) === true;
  if (tag === '' || isCommand(tag) || !isCommand(verb)) return;
  scope.shared.report({
    code: 'value.invalid',
    severity: 'warning',
    message: `"${tag}" is sent after a tag: the command would be ${tag.toUpperCase()}`,
    span,
    hint: `Leave it out, or write "tag: ${tag}" on the step`,
  });
}
