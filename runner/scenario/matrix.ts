import { child, entriesOf, type ListNode, type Node } from './tree.ts';
import type { Definition, Definitions } from './variables.ts';

/** More cases than anyone means: a few lists of ten multiply quickly. */
export const mostCases = 1000;

const single: readonly Definitions[] = [new Map()];

/** The cases of `each`: every combination of a map of lists, each row of a list of maps. */
export function casesOf(scenario: Node): readonly Definitions[] | 'too many' {
  const each = child(scenario, 'each');
  if (each?.kind === 'list') return each.items.length > mostCases ? 'too many' : each.items.map(rowOf);
  if (each?.kind !== 'map') return single;
  const lists = entriesOf(each).filter(
    (entry): entry is typeof entry & { readonly node: ListNode } => entry.node.kind === 'list',
  );
  if (lists.reduce((product, { node }) => product * node.items.length, 1) > mostCases) return 'too many';
  // The last list varies fastest, as nested loops in the file's order would.
  return lists.reduce<readonly Definitions[]>(
    (cases, { key, node }) =>
      cases.flatMap((values) =>
        node.items.map((item) => (item.kind === 'scalar' ? new Map([...values, [key, definitionFrom(item)]]) : values)),
      ),
    single,
  );
}

function rowOf(row: Node): Definitions {
  const values = new Map<string, Definition>();
  for (const { key, node } of entriesOf(row)) {
    if (node.kind === 'scalar') values.set(key, definitionFrom(node));
  }
  return values;
}

function definitionFrom(node: Extract<Node, { kind: 'scalar' }>): Definition {
  return { from: 'file', node };
}
