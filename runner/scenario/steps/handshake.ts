import type { Fails } from '../../plan.ts';
import { readPattern } from '../pattern.ts';
import { readTls } from '../server.ts';
import { child, type Node } from '../tree.ts';
import type { Action, StepContext } from './context.ts';

/** The protocol's own command first: RFC 3207, RFC 9051 section 6.2.1, RFC 2595 section 4, RFC 5804 section 2.2. */
export const starttls: Action = {
  connection: true,
  reply: true,
  protocols: ['smtp', 'lmtp', 'imap', 'pop3', 'sieve'],
  instead: 'Send the command by hand, and then "handshake"',
  read: (context, action, base) => ({ ...base, kind: 'starttls', ...options(context, action) }),
};

export const handshake: Action = {
  connection: true,
  reply: false,
  read: (context, action, base) => ({ ...base, kind: 'handshake', ...options(context, action) }),
};

function options(context: StepContext, action: Node) {
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
