import type { WatchedPath } from '../../plan.ts';
import type { SourceFile } from '../../source.ts';
import { checkExpectation, isPattern, messages, someLine } from '../check-expectation.ts';
import { readFlag, readString } from '../read.ts';
import { child, type ScalarNode } from '../tree.ts';
import type { Scope } from '../variables.ts';
import { limitOf, mainOf, written } from './check.ts';
import type { Action, StepContext } from './context.ts';

/** What a scenario watches from its beginning: mailboxes and logs. */

export const maildir: Action = {
  connection: false,
  reply: true,
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

export const log: Action = {
  connection: false,
  reply: true,
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

/** Its state is noted when the scenario begins, so its path must be known by then. */
function watched({ scope, access }: StepContext, node: ScalarNode | undefined): WatchedPath | undefined {
  const named = readString(scope, node, 'What a scenario watches');
  return named === undefined || node === undefined
    ? undefined
    : access.path(named, node.span, scope.shared.report, sourceOf(scope, node));
}

/** A path that begins with a variable is relative to where that variable was written: the configuration, mostly. */
function sourceOf({ layers }: Scope, node: ScalarNode): SourceFile {
  const name = /^\$\{\s*([\w.-]+)/.exec(node.text)?.[1] ?? '';
  const definition = layers.map((layer) => layer.get(name)).findLast((each) => each !== undefined);
  return definition?.from === 'file' ? definition.node.span.file : node.span.file;
}
