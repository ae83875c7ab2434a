import type { Fails } from '../../steps.ts';
import { readPattern } from '../pattern.ts';
import { child, type Node } from '../tree.ts';
import type { StepContext, StepReader } from './context.ts';
import { fields } from './fields.ts';
import { tlsOf } from './peer.ts';

export const handshake: StepReader<'handshake'> = { read: fields('handshake', { tls: tlsOf, fails: failsOf }) };

export function failsOf({ scope }: StepContext, action: Node): Fails {
  const node = child(action, 'fails');
  if (node?.kind !== 'scalar') return false;
  if (typeof node.value === 'boolean') return node.value;
  // If the pattern is wrong, that is reported, and the plan will not run.
  return readPattern(scope, node) ?? true;
}
