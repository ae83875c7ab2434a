import { byIdentity } from '../by-identity.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { builtIns, type Definition, type Definitions } from './scope.ts';
import { entriesOf, type MapNode, mapAt, type Node } from './tree.ts';

const none: Definitions = new Map();

/** The variables that a map declares. */
export function definitionsAt(node: Node | undefined, key: string): Definitions {
  const map = mapAt(node, key);
  return map === undefined ? none : definitionsOf(map);
}

/** Kept, because it is needed again for each case. */
const definitionsOf = byIdentity((node: MapNode): Definitions => {
  const map = new Map<string, Definition>();
  for (const { key: name, node: value } of entriesOf(node)) {
    if (value.kind === 'scalar') map.set(name, { from: 'file', node: value });
  }
  return map;
});

/** Reports variables with the name of a built-in, which they could not override. */
export function refuseBuiltIns(variables: MapNode | undefined): readonly Diagnostic[] {
  return entriesOf(variables).flatMap(({ key, keySpan }) =>
    builtIns.has(key)
      ? [
          {
            code: 'value.invalid' as const,
            message: `"${key}" is built in`,
            span: keySpan,
            hint: 'Give the variable another name',
          },
        ]
      : [],
  );
}
