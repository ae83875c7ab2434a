import { byIdentity } from '../by-identity.ts';
import type { Span } from '../source.ts';

/** A YAML document with its places. Aliases are resolved, so a node may occur in several places. */
export type Node = ScalarNode | ListNode | MapNode;

interface NodeBase {
  readonly span: Span;
  /** The value as plain data, for the schema. */
  readonly value: unknown;
}

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** The value as text; numbers and booleans as they are written in the source. */
  readonly text: string;
}

export interface ListNode extends NodeBase {
  readonly kind: 'list';
  readonly value: readonly unknown[];
  readonly items: readonly Node[];
}

export interface MapNode extends NodeBase {
  readonly kind: 'map';
  readonly value: Readonly<Record<string, unknown>>;
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly node: Node;
}

/** The value of a key, if the node is a map that has it. */
export function child(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'map' ? node.entries.get(key)?.node : undefined;
}

export function mapAt(node: Node | undefined, key: string): MapNode | undefined {
  const found = child(node, key);
  return found?.kind === 'map' ? found : undefined;
}

export function listAt(node: Node | undefined, key: string): readonly Node[] {
  const found = child(node, key);
  return found?.kind === 'list' ? found.items : [];
}

/** The scalar of a key; `undefined` for `null`. */
export function scalarAt(node: Node | undefined, key: string): ScalarNode | undefined {
  const found = child(node, key);
  return found?.kind === 'scalar' && found.value !== null ? found : undefined;
}

/** The text of a key that cannot contain variables. */
export function plainAt(node: Node | undefined, key: string): string | undefined {
  return scalarAt(node, key)?.text;
}

export function plainListAt(node: Node | undefined, key: string): readonly string[] {
  return listAt(node, key).flatMap((item) => (item.kind === 'scalar' && item.value !== null ? [item.text] : []));
}

export function entriesOf(node: Node | undefined): readonly Entry[] {
  return node?.kind === 'map' ? [...node.entries.values()] : [];
}

/** The number of values in a node, including itself; those of aliases count each time. */
export const sizeOf = byIdentity((node: Node): number => {
  if (node.kind === 'scalar') return 1;
  const inner = node.kind === 'list' ? node.items : [...node.entries.values()].map((entry) => entry.node);
  return inner.reduce((size, each) => size + sizeOf(each), 1);
});

/** The place to show for a map: its first key, rather than all of its lines. */
export function headOf(node: Node): Span {
  if (node.kind === 'map') {
    for (const entry of node.entries.values()) return entry.keySpan;
  }
  return node.span;
}
