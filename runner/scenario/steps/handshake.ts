import type { Fails } from '../../steps.ts';
import { readPattern } from '../pattern.ts';
import { readTls } from '../server.ts';
import { child, type Node } from '../tree.ts';
import type { Action, StepContext } from './context.ts';

export const handshake: Action = {
  read: (context, action, base) => ({ ...base, kind: 'handshake', ...handshakeOptions(context, action) }),
};

/** What every step that shakes hands has. */
export function handshakeOptions(context: StepContext, action: Node) {
  return {
    tls: readTls(context, action.kind === 'map' ? action : undefined),
    fails: readFails(context, child(action, 'fails')),
  };
}

function readFails({ scope }: StepContext, node: Node | undefined): Fails {
  if (node?.kind !== 'scalar') return false;
  if (typeof node.value === 'boolean') return node.value;
  // Where the pattern is wrong, that is told: the plan will not run.
  return readPattern(scope, node) ?? true;
}
