import { readLocalAddress } from '../client-end.ts';
import { readDuration } from '../read.ts';
import type { ServerContext } from '../server.ts';
import { defaultReplyTimeout } from '../server.ts';
import { child, type Node, type ScalarNode } from '../tree.ts';
import type { StepContext } from './context.ts';

/** What the readers of checks share. */

/** Milliseconds that the check may take: the step's own, else what a reply may take. */
export function limitOf({ scope, step, servers }: StepContext): number {
  return (
    readDuration(scope, child(step, 'timeout')) ?? servers.timeout ?? servers.config.timeout ?? defaultReplyTimeout
  );
}

/** Servers as this step sees them: with what was captured before it. */
export function serversOf({ servers, scope }: StepContext): ServerContext {
  return { ...servers, scope };
}

export function familyOf(_context: StepContext, action: Node): 4 | 6 | undefined {
  const family = child(action, 'family')?.value;
  return family === 4 || family === 6 ? family : undefined;
}

export function localAddressOf({ scope }: StepContext, action: Node): string | undefined {
  return readLocalAddress(scope, child(action, 'local_address'));
}

/** What a short form or the key of a long one says. */
export function mainOf(action: Node, key: string): ScalarNode | undefined {
  const node = action.kind === 'scalar' ? action : child(action, key);
  return node?.kind === 'scalar' && node.value !== null ? node : undefined;
}

/** For labels: the text as written, or nothing. */
export function written(node: Node | undefined): string {
  return node?.kind === 'scalar' && node.value !== null ? node.text : '';
}

/** Commands are run where the configuration allows them; a scenario can't allow them itself. */
export function commandsAllowed({ servers, scope }: StepContext, node: Node): boolean {
  if (servers.config.allow.commands) return true;
  // It will be skipped: nothing runs.
  if (scope.absent.size > 0) return false;
  scope.shared.report({
    code: 'access.denied',
    message: 'The configuration does not allow commands',
    span: node.span,
    hint: 'Write "allow: { commands: true }" into the configuration file, if you trust the scenarios',
  });
  return false;
}
