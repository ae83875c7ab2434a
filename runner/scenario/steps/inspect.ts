import { checkExpectation, isPattern } from '../check-expectation.ts';
import { readMatcher } from '../matcher.ts';
import { messageFields } from '../message-fields.ts';
import { readPublicText, readText } from '../read.ts';
import { limitOf, mainOf, written } from './check.ts';
import type { StepReader } from './context.ts';
import { at, fields } from './fields.ts';

export const inspect: StepReader<'inspect'> = {
  expectation: checkExpectation({
    short: (_text, node) => (isPattern(node) ? { field: 'source', read: readMatcher } : undefined),
    hint: 'Write a pattern, or what is in the message: { subject: Hello, headers: { Received: true } }',
    fields: messageFields,
  }),
  label: (action) => `inspect ${written(mainOf(action, 'message'))}`,
  read: fields(
    'inspect',
    { message: ({ scope }, action) => readText(scope, mainOf(action, 'message')), limit: limitOf },
    { resolver: at('resolver', readPublicText) },
  ),
};
