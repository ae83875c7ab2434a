import { limits } from './limits.ts';
import type { Definition, Definitions } from './scope.ts';
import { child, entriesOf, type Node, type ScalarNode } from './tree.ts';

const single: readonly Definitions[] = [new Map()];

/** The words of a text with its variables filled in; `undefined` if they cannot be. */
export type ReadWords = (node: ScalarNode) => readonly string[] | undefined;

/**
 * The cases of `each`: every combination of a map of lists (or of strings, whose words are the items), or each row of a
 * list of maps.
 */
export function casesOf(scenario: Node, words: ReadWords): readonly Definitions[] | 'too many' {
  const each = child(scenario, 'each');
  if (each?.kind === 'list') return each.items.length > limits.casesOfScenario ? 'too many' : each.items.map(rowOf);
  if (each?.kind !== 'map') return single;
  const lists = entriesOf(each).map(({ key, node }) => ({ key, values: valuesOf(node, words) }));
  const count = lists.reduce((product, { values }) => product * values.length, 1);
  if (count > limits.casesOfScenario) return 'too many';
  return Array.from({ length: count }, (_, index) => combination(lists, index));
}

interface Varying {
  readonly key: string;
  readonly values: readonly (Definition | undefined)[];
}

/** The last list varies fastest, as nested loops in the file's order would. */
function combination(lists: readonly Varying[], index: number): Definitions {
  const values: [string, Definition][] = [];
  let rest = index;
  for (const { key, values: list } of lists.toReversed()) {
    const value = list[rest % list.length];
    if (value !== undefined) values.push([key, value]);
    rest = Math.floor(rest / list.length);
  }
  return new Map(values.reverse());
}

function valuesOf(node: Node, words: ReadWords): readonly (Definition | undefined)[] {
  if (node.kind === 'list')
    return node.items.map((item) => (item.kind === 'scalar' ? definitionFrom(item) : undefined));
  if (node.kind !== 'scalar') return [undefined];
  // A text that cannot be filled in becomes one case, which reports that or is skipped.
  return words(node)?.map((value) => ({ from: 'literal' as const, value })) ?? [definitionFrom(node)];
}

export function rowOf(row: Node): Definitions {
  const values = new Map<string, Definition>();
  for (const { key, node } of entriesOf(row)) {
    if (node.kind === 'scalar') values.set(key, definitionFrom(node));
  }
  return values;
}

function definitionFrom(node: ScalarNode): Definition {
  return { from: 'file', node };
}
