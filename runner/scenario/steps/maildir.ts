import { checkExpectation, isPattern, messages } from '../check-expectation.ts';
import { readFlag } from '../read.ts';
import { child } from '../tree.ts';
import { limitOf, mainOf, written } from './check.ts';
import type { Action } from './context.ts';
import { watched } from './watched.ts';

export const maildir: Action = {
  expectation: checkExpectation({
    short: (text, node) => (/^\d+$/.test(text) && !isPattern(node) ? { field: 'messages', read: messages } : undefined),
    hint: 'Write how many messages, as in 1, or which: { messages: [{ subject: Hello }] }',
    fields: { messages },
  }),
  label: (action) => `maildir ${written(mainOf(action, 'path'))}`,
  read(context, action, base) {
    const mailbox = watched(context, mainOf(action, 'path'));
    const all = readFlag(context.scope, child(action, 'all')) ?? false;
    return mailbox && { ...base, kind: 'maildir', mailbox, all, limit: limitOf(context) };
  },
};
