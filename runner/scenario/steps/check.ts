import { readLocalAddress } from '../client-end.ts';
import { readDuration } from '../read.ts';
import type { ServerContext } from '../server.ts';
import { defaultReplyTimeout } from '../server.ts';
import { child, type Node, type ScalarNode } from '../tree.ts';
import type { StepContext } from './context.ts';

/** Functions that the readers of all checks share. */

/** The time limit of a check in milliseconds: the step's own, else that of a reply. */
export function limitOf({ scope, step, servers }: StepContext): number {
  return (
    readDuration(scope, child(step, 'timeout')) ?? servers.timeout ?? servers.config.timeout ?? defaultReplyTimeout
  );
}

/** Servers as this step sees them, with what has been captured before it. */
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

/** The value of a short form, or of the main key of a long one. */
export function mainOf(action: Node, key: string): ScalarNode | undefined {
  const node = action.kind === 'scalar' ? action : child(action, key);
  return node?.kind === 'scalar' && node.value !== null ? node : undefined;
}

/** The text as written, for labels; empty without a node. */
export function written(node: Node | undefined): string {
  return node?.kind === 'scalar' && node.value !== null ? node.text : '';
}

/** Whether commands may be run. Only the configuration can allow them, not a scenario. */
export function commandsAllowed({ servers, scope }: StepContext, node: Node): boolean {
  if (servers.config.allow.commands) return true;
  // The scenario will be skipped, so nothing runs.
  if (scope.absent.size > 0) return false;
  scope.shared.report({
    code: 'access.denied',
    message: 'The configuration does not allow commands',
    span: node.span,
    hint: 'Write "allow: { commands: true }" into the configuration file, if you trust the scenarios',
  });
  return false;
}
