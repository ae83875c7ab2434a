import { checkExpectation, oneOfWords } from '../check-expectation.ts';
import { readMatcher } from '../matcher.ts';
import { readText } from '../read.ts';
import { child } from '../tree.ts';
import { familyOf, limitOf, localAddressOf, written } from './check.ts';
import type { Action } from './context.ts';

export const port: Action = {
  expectation: checkExpectation({
    ...oneOfWords('state', ['open', 'closed', 'filtered']),
    fields: { state: readMatcher, address: readMatcher },
  }),
  label: (action) => `port ${written(child(action, 'host'))}:${written(child(action, 'port'))}`,
  read(context, action, base) {
    const host = readText(context.scope, child(action, 'host'));
    const number = readText(context.scope, child(action, 'port'));
    if (host === undefined || number === undefined) return undefined;
    if (typeof number === 'string' && !(/^\d{1,5}$/.test(number) && Number(number) >= 1 && Number(number) <= 65_535)) {
      const span = child(action, 'port')?.span ?? action.span;
      context.scope.shared.report({
        code: 'value.invalid',
        message: `"${number}" is not a port`,
        span,
        hint: 'Write a number from 1 to 65535',
      });
      return undefined;
    }
    return {
      ...base,
      kind: 'port',
      host,
      port: number,
      limit: limitOf(context),
      ...familyOf(action),
      ...localAddressOf(context, action),
    };
  },
};
