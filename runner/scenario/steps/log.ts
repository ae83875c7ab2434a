import { checkExpectation, someLine } from '../check-expectation.ts';
import { limitOf, mainOf, written } from './check.ts';
import type { Action } from './context.ts';
import { watched } from './watched.ts';

export const log: Action = {
  expectation: checkExpectation({
    short: () => ({ field: 'lines', read: someLine }),
    hint: 'Write a text that stands in some line, or a pattern',
    fields: { lines: someLine },
  }),
  label: (action) => `log ${written(mainOf(action, 'file'))}`,
  read(context, action, base) {
    const file = watched(context, mainOf(action, 'file'));
    return file && { ...base, kind: 'log', log: file, limit: limitOf(context) };
  },
};
