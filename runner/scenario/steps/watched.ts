import type { SourceFile } from '../../source.ts';
import type { WatchedPath } from '../../steps.ts';
import { readString } from '../read.ts';
import type { Scope } from '../scope.ts';
import type { ScalarNode } from '../tree.ts';
import { mainOf } from './check.ts';
import type { Field } from './fields.ts';

/** A mailbox or a log whose state is recorded when the scenario begins, so its path must be known by then. */
export function watched(key: string): Field<WatchedPath> {
  return ({ scope, access }, action) => {
    const node = mainOf(action, key);
    const named = readString(scope, node, 'What a scenario watches');
    return named === undefined || node === undefined
      ? undefined
      : access.path(named, node.span, scope.shared.report, sourceOf(scope, node));
  };
}

/** A path that begins with a variable is relative to the file that defines the variable, usually the configuration. */
export function sourceOf({ layers }: Scope, node: ScalarNode): SourceFile {
  const name = /^\$\{\s*([\w.-]+)/.exec(node.text)?.[1] ?? '';
  const definition = layers.map((layer) => layer.get(name)).findLast((each) => each !== undefined);
  return definition?.from === 'file' ? definition.node.span.file : node.span.file;
}
