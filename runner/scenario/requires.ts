import type { UnsetEnvironment } from './environment.ts';
import { refuseSecrets } from './read.ts';
import { hasReceiver } from './receivers.ts';
import type { Scope } from './scope.ts';
import { environmentOfServer, hasServer, type ServerContext } from './server.ts';
import { listAt, type Node } from './tree.ts';
import { environmentLackedBy, expandQuietly, knownValue, toText } from './variables.ts';

/** Why a name is missing: it has no value, an environment variable is not set or empty, or it is switched off. */
type Lack = 'value' | UnsetEnvironment | 'use';
type Lacks = ReadonlyMap<string, Lack>;

/**
 * The names under `requires` that are neither a server nor a variable with a value, and variables that are switched
 * off.
 */
export function lacksOf(servers: ServerContext, root: Node, scenario: Node): Lacks {
  const { scope } = servers;
  const lacks = new Map<string, Lack>();
  for (const name of [root, scenario].flatMap((each) => required(scope, each))) {
    if (hasServer(servers, name) || hasReceiver(servers, name)) continue;
    const value = knownValue(scope, name);
    if (value === undefined)
      lacks.set(name, environmentLackedBy(scope, name) ?? environmentOfServer(servers, name) ?? 'value');
    else if (value === '' || value === 'false') lacks.set(name, 'use');
  }
  return lacks;
}

/** The required names, which may contain variables of the case: `requires: ["${server}"]`. */
function required(scope: Scope, node: Node): readonly string[] {
  return listAt(node, 'requires').flatMap((item) => {
    if (item.kind !== 'scalar' || item.value === null) return [];
    const expanded = expandQuietly(scope, item);
    const name = toText(expanded);
    return typeof name !== 'string' || refuseSecrets(scope, item, expanded) ? [] : [name];
  });
}

/** The unset environment variables, if nothing else keeps the scenario from running. */
export function unsetAlone(lacks: Lacks): readonly UnsetEnvironment[] {
  const unset = unsetAmong(lacks);
  return unset.length === lacks.size ? unset : [];
}

function unsetAmong(lacks: Lacks): readonly UnsetEnvironment[] {
  return [...lacks.values()].flatMap((lack) => (typeof lack === 'object' ? [lack] : []));
}

/** Why a scenario is skipped. */
export function lacking(lacks: Lacks): string {
  const names = (lack: 'value' | 'use') =>
    [...lacks].flatMap(([name, each]) => (each === lack ? [`"${name}"`] : [])).join(', ');
  const [unset, off] = [names('value'), names('use')];
  const environment = unsetAmong(lacks).map(({ name, state }) => `"${name}" is ${state}`);
  return [
    ...(unset === '' ? [] : [`the configuration has no ${unset}`]),
    ...[...new Set(environment)].map((each) => `the environment variable ${each}`),
    ...(off === '' ? [] : [`the configuration switches ${off} off`]),
  ].join('; ');
}
