import type { SourceFile } from '../../source.ts';
import type { WatchedPath } from '../../steps.ts';
import { readString } from '../read.ts';
import type { Scope } from '../scope.ts';
import type { ScalarNode } from '../tree.ts';
import type { StepContext } from './context.ts';

/** What a scenario watches from its beginning: mailboxes and logs. Its state is noted when the scenario begins, so its path must be known by then. */
export function watched({ scope, access }: StepContext, node: ScalarNode | undefined): WatchedPath | undefined {
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
