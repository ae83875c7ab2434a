import type { Text } from '../../plan.ts';
import { checkExpectation, oneOfWords } from '../check-expectation.ts';
import { readPublicText } from '../read.ts';
import { child, type Node } from '../tree.ts';
import { familyOf, limitOf, localAddressOf, written } from './check.ts';
import type { StepContext, StepReader } from './context.ts';
import { at, fields } from './fields.ts';
import { text } from './seen.ts';

export const port: StepReader<'port'> = {
  expectation: checkExpectation({
    ...oneOfWords('state', ['open', 'closed', 'filtered']),
    fields: { state: text, address: text },
  }),
  label: (action) => `port ${written(child(action, 'host'))}:${written(child(action, 'port'))}`,
  read: fields(
    'port',
    { host: at('host', readPublicText), port: numberOf, limit: limitOf },
    { family: familyOf, localAddress: localAddressOf },
  ),
};

function numberOf({ scope }: StepContext, action: Node): Text | undefined {
  const node = child(action, 'port');
  const number = readPublicText(scope, node);
  if (typeof number !== 'string' || node === undefined) return number;
  if (/^\d{1,5}$/.test(number) && Number(number) >= 1 && Number(number) <= 65_535) return number;
  scope.shared.report({
    code: 'value.invalid',
    message: `"${number}" is not a port`,
    span: node.span,
    hint: 'Write a number from 1 to 65535',
  });
  return undefined;
}
