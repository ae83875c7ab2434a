import type { Scope } from './scope.ts';
import { hasServer, type ServerContext } from './server.ts';
import { listAt, type Node } from './tree.ts';
import { expandQuietly, knownValue, toText } from './variables.ts';

type Lacks = ReadonlyMap<string, 'value' | 'use'>;

/** Names under `requires` that are neither a server nor a variable with a value, and variables that are switched off. */
export function lacksOf(servers: ServerContext, root: Node, scenario: Node): Lacks {
  const { scope } = servers;
  const lacks = new Map<string, 'value' | 'use'>();
  for (const name of [root, scenario].flatMap((each) => required(scope, each))) {
    if (hasServer(servers, name)) continue;
    const value = knownValue(scope, name);
    if (value === undefined) lacks.set(name, 'value');
    else if (value === '' || value === 'false') lacks.set(name, 'use');
  }
  return lacks;
}

/** The names may hold variables of the case: `requires: ["${server}"]`. */
function required(scope: Scope, node: Node): readonly string[] {
  return listAt(node, 'requires').flatMap((item) => {
    const name = item.kind === 'scalar' && item.value !== null ? toText(expandQuietly(scope, item)) : undefined;
    return typeof name === 'string' ? [name] : [];
  });
}

/** Why a scenario is skipped. */
export function lacking(lacks: Lacks): string {
  const names = (lack: 'value' | 'use') =>
    [...lacks].flatMap(([name, each]) => (each === lack ? [`"${name}"`] : [])).join(', ');
  const [unset, off] = [names('value'), names('use')];
  return [
    ...(unset === '' ? [] : [`the configuration has no ${unset}`]),
    ...(off === '' ? [] : [`the configuration switches ${off} off`]),
  ].join('; ');
}
