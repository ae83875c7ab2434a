import { pathIn } from '../../paths.ts';
import { encodeMailboxName } from '../../protocol/imap-grammar/modified-utf7.ts';
import type { WatchedPath } from '../../steps.ts';
import { checkExpectation, isPattern } from '../check-expectation.ts';
import { storedMessages } from '../message-fields.ts';
import { readFlag, readPublicText, readString } from '../read.ts';
import { child, type Node } from '../tree.ts';
import { limitOf, mainOf, written } from './check.ts';
import type { StepContext, StepReader } from './context.ts';
import { at, fields } from './fields.ts';
import { watched } from './watched.ts';

export const maildir: StepReader<'maildir'> = {
  expectation: checkExpectation({
    short: (text, node) =>
      /^\d+$/.test(text) && !isPattern(node) ? { field: 'messages', read: storedMessages } : undefined,
    hint: 'Write how many messages, as in 1, or which: { messages: [{ subject: Hello }] }',
    fields: { messages: storedMessages },
  }),
  label: (action) => `maildir ${written(mainOf(action, 'path'))}`,
  read: fields(
    'maildir',
    { mailbox: mailboxOf, all: at('all', readFlag, false), limit: limitOf },
    { resolver: at('resolver', readPublicText) },
  ),
};

const pathOf = watched('path');

/** A Maildir, or a mailbox in it by its IMAP name: "Maildir++" in https://www.courier-mta.org/maildir.html. */
function mailboxOf(context: StepContext, action: Node): WatchedPath | undefined {
  const found = pathOf(context, action);
  const name = readString(context.scope, child(action, 'folder'), 'A mailbox');
  if (found === undefined || name === undefined) return found;
  const levels = name.split(/[/.]/).filter((level) => level !== '');
  const below = levels[0]?.toUpperCase() === 'INBOX' ? levels.slice(1) : levels;
  if (below.length === 0) return found;
  return { ...found, path: pathIn(found.path, `.${below.map(encodeMailboxName).join('.')}`) };
}
