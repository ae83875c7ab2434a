import { checkExpectation, isPattern, shaped } from '../check-expectation.ts';
import { readMatcher } from '../matcher.ts';
import { readString, readText, readTexts } from '../read.ts';
import { child, entriesOf, type Node } from '../tree.ts';
import { suspectTruth } from '../truths.ts';
import { commandsAllowed, limitOf, written } from './check.ts';
import type { StepReader } from './context.ts';
import { number, text } from './seen.ts';

/** Trailing line breaks of outputs are removed, so those of a block scalar are removed as well. */
const output: typeof readMatcher = (context, node) => {
  const matcher = readMatcher(context, node);
  if (matcher !== undefined) suspectTruth(context.scope, matcher);
  return matcher?.kind === 'equals' && typeof matcher.value === 'string'
    ? { ...matcher, value: matcher.value.replace(/\r?\n$/, '') }
    : matcher;
};

export const run: StepReader<'run'> = {
  expectation: checkExpectation({
    short: (text, node) =>
      /^\d{1,3}$/.test(text)
        ? { field: 'exit', read: readMatcher }
        : isPattern(node)
          ? { field: 'stdout', read: readMatcher }
          : undefined,
    hint: 'Write the exit status, as in 0, or a pattern over the output',
    fields: { exit: number, stdout: shaped('text', output), stderr: shaped('text', output), signal: text },
  }),
  // Arguments may be many and long; the program identifies the step.
  label: (action) => `run ${written(commandOf(action)[0])}`,
  read(context, action, base) {
    const { scope, access } = context;
    if (!commandsAllowed(context, action)) return undefined;
    const nodes = commandOf(action);
    const command = nodes.flatMap((node) => readTexts(scope, node));
    if (command.length < nodes.length || command.length === 0) return undefined;
    const stdin = readText(scope, child(action, 'stdin'));
    const folder = child(action, 'cwd');
    const named = readString(scope, folder, 'A folder');
    const cwd =
      folder !== undefined && named !== undefined
        ? access.path(named, folder.span, scope.shared.report)?.path
        : access.folderOf(action.span.file);
    if (cwd === undefined) return undefined;
    const env = entriesOf(child(action, 'env')).flatMap(({ key, node }) => {
      const value = readText(scope, node);
      return value === undefined ? [] : [{ name: key, value }];
    });
    const inherit = context.servers.config.allow.environment;
    return {
      ...base,
      kind: 'run',
      command,
      cwd,
      env,
      inherit,
      limit: limitOf(context),
      ...(stdin !== undefined && { stdin }),
    };
  },
};

/** A program and its arguments: `run: [postconf, -n]`, or the list under `command`. */
function commandOf(action: Node): readonly Node[] {
  const node = action.kind === 'map' ? child(action, 'command') : action;
  return node?.kind === 'list' ? node.items : node === undefined ? [] : [node];
}
