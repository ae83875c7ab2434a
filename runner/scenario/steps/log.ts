import { checkExpectation, someLine } from '../check-expectation.ts';
import { limitOf, mainOf, written } from './check.ts';
import type { StepReader } from './context.ts';
import { fields } from './fields.ts';
import { watched } from './watched.ts';

export const log: StepReader<'log'> = {
  expectation: checkExpectation({
    short: () => ({ field: 'lines', read: someLine }),
    hint: 'Write a text that stands in some line, or a pattern',
    fields: { lines: someLine },
  }),
  label: (action) => `log ${written(mainOf(action, 'file'))}`,
  read: fields('log', { log: watched('file'), limit: limitOf }),
};
