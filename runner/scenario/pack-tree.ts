import type { Span } from '../source.ts';
import { escapeAt, escaped, kinds } from './packed-tree.ts';
import type { MapNode, Node, ScalarNode } from './tree.ts';

/**
 * Packs a tree into numbers, which `unpackTree()` needs the same text to unpack. `undefined` if a value does not follow
 * from its place in the text, which is rare: `.inf`, or a tag that changes the value.
 */
export function packTree(root: Node): Int32Array | undefined {
  const packing: Packing = { text: root.span.file.text, numbers: [], nodes: new Map() };
  return packNode(packing, root) ? Int32Array.from(packing.numbers) : undefined;
}

interface Packing {
  readonly text: string;
  readonly numbers: number[];
  /** The number of each node, for its aliases. */
  readonly nodes: Map<Node, number>;
}

/** Packs a node; false if that is impossible. */
function packNode(packing: Packing, node: Node): boolean {
  const { numbers, nodes } = packing;
  const known = nodes.get(node);
  if (known !== undefined) {
    numbers.push(kinds.alias, known, 0);
    return true;
  }
  const isPacked =
    node.kind === 'scalar'
      ? packScalar(packing, node)
      : node.kind === 'map'
        ? packMap(packing, node)
        : pushed(packing, kinds.list, node.span, node.items.length) &&
          node.items.every((item) => packNode(packing, item));
  nodes.set(node, nodes.size);
  return isPacked;
}

function packMap(packing: Packing, { span, entries }: MapNode): boolean {
  pushed(packing, kinds.map, span, entries.size);
  for (const { key, keySpan, node } of entries.values()) {
    // This key needs more than an assignment.
    if (key === '__proto__') return false;
    if (!packString(packing, key, keySpan) || !packNode(packing, node)) return false;
  }
  return true;
}

function packScalar(packing: Packing, { value, text, span }: ScalarNode): boolean {
  if (typeof value === 'string') return text === value && packString(packing, value, span);
  if (value === null && text === '') return pushed(packing, kinds.nothing, span);
  if (packing.text.slice(span.start, span.end) !== text) return false;
  if (value === null) return pushed(packing, kinds.null, span);
  if (typeof value === 'boolean') return pushed(packing, value ? kinds.true : kinds.false, span);
  return Object.is(Number(text), value) && pushed(packing, kinds.number, span);
}

function packString(packing: Packing, value: string, span: Span): boolean {
  const written = packing.text.slice(span.start, span.end);
  if (written === value) return pushed(packing, kinds.plain, span);
  if (written.slice(1, -1) === value) return pushed(packing, kinds.quoted, span);
  const pieces = piecesOf(packing.text, value, span);
  if (pieces === undefined) return false;
  pushed(packing, kinds.pieces, span, pieces.length / 2);
  for (const number of pieces) packing.numbers.push(number);
  return true;
}

/**
 * The value as pieces of its place, from left to right: for the lines of a block without their indentation, a folded
 * string, or a string with escapes. `undefined` if it has characters that are not in the place.
 */
function piecesOf(text: string, value: string, { start, end }: Span): readonly number[] | undefined {
  const isDouble = text[start] === '"';
  const pieces: number[] = [];
  let at = start;
  for (let done = 0; done < value.length; ) {
    if (at >= end) return undefined;
    if (isDouble && text[at] === '\\') {
      const { meaning, length } = escapeAt(text, at);
      if (meaning !== '' && value.startsWith(meaning, done)) {
        pieces.push(at, escaped);
        done += meaning.length;
      }
      at += length;
      continue;
    }
    let length = 0;
    while (at + length < end && done + length < value.length && text[at + length] === value[done + length]) {
      if (isDouble && text[at + length] === '\\') break;
      length++;
    }
    if (length === 0) at++;
    else pieces.push(at, length);
    at += length;
    done += length;
  }
  return pieces;
}

function pushed({ numbers }: Packing, kind: number, { start, end }: Span, count?: number): true {
  numbers.push(kind, start, end);
  if (count !== undefined) numbers.push(count);
  return true;
}
