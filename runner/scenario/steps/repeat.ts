import { readCount, readText } from '../read.ts';
import { noteCapture } from '../scope.ts';
import { child, entriesOf, headOf, type Node } from '../tree.ts';
import type { StepContext, StepReader } from './context.ts';
import { dialogue, fields } from './fields.ts';

export const repeat: StepReader<'repeat'> = {
  read(context, action, base) {
    // The nested steps can use the name of the list's items.
    for (const { key } of entriesOf(child(action, 'for'))) noteCapture(context.scope, key);
    return fields('repeat', { over, dialogue: dialogue({ repeats: true }) })(context, action, base);
  },
};

/** Exactly one of `times: 3` and `for: { folder: folders }`. */
function over(context: StepContext, action: Node) {
  const { scope } = context;
  const times = child(action, 'times');
  const [item] = entriesOf(child(action, 'for'));
  if ((times === undefined) === (item === undefined)) {
    scope.shared.report({
      code: times === undefined ? 'key.missing' : 'value.invalid',
      message: times === undefined ? 'Neither "times" nor "for" says how often' : '"times" does not go with "for"',
      span: headOf(action),
      hint: 'For example: repeat: { times: 3, dialogue: […] }, or repeat: { for: { folder: folders }, dialogue: […] }',
    });
    return undefined;
  }
  if (item === undefined) return readCount(scope, times);
  const { key, node } = item;
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  // A list that no earlier step has captured is reported like any unknown name.
  readText(scope, { ...node, text: `\${${node.text}}`, value: `\${${node.text}}` });
  return { name: key, list: node.text };
}
