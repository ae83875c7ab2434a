import { checkExpectation, isPattern, messages } from '../check-expectation.ts';
import { readFlag } from '../read.ts';
import { limitOf, mainOf, written } from './check.ts';
import type { StepReader } from './context.ts';
import { at, fields } from './fields.ts';
import { watched } from './watched.ts';

export const maildir: StepReader<'maildir'> = {
  expectation: checkExpectation({
    short: (text, node) => (/^\d+$/.test(text) && !isPattern(node) ? { field: 'messages', read: messages } : undefined),
    hint: 'Write how many messages, as in 1, or which: { messages: [{ subject: Hello }] }',
    fields: { messages },
  }),
  label: (action) => `maildir ${written(mainOf(action, 'path'))}`,
  read: fields('maildir', { mailbox: watched('path'), all: at('all', readFlag, false), limit: limitOf }),
};
