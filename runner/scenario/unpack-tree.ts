import type { SourceFile } from '../source.ts';
import { escapeAt, escaped, kinds } from './packed-tree.ts';
import type { Entry, Node } from './tree.ts';

/** Unpacks a tree that `packTree()` packed, for a file with the same text. Throws if the numbers are not a tree. */
export function unpackTree(file: SourceFile, packed: Int32Array): Node {
  const { text } = file;
  const nodes: Node[] = [];
  let at = 0;
  const next = (): number => {
    const number = packed[at++];
    if (number === undefined) throw new Error('The packed tree ends too early');
    return number;
  };
  const inPieces = (): string => {
    let whole = '';
    for (let left = next(); left > 0; left--) {
      const start = next();
      const length = next();
      whole += length === escaped ? escapeAt(text, start).meaning : text.slice(start, start + length);
    }
    return whole;
  };
  const string = (kind: number, start: number, end: number): string => {
    if (kind === kinds.plain) return text.slice(start, end);
    if (kind === kinds.quoted) return text.slice(start + 1, end - 1);
    if (kind === kinds.pieces) return inPieces();
    throw new Error('The packed tree has an unknown kind of node');
  };
  const map = (start: number, end: number): Node => {
    const entries = new Map<string, Entry>();
    const value: Record<string, unknown> = {};
    for (let left = next(); left > 0; left--) {
      const kind = next();
      const keySpan = { file, start: next(), end: next() };
      const key = string(kind, keySpan.start, keySpan.end);
      const entry = { key, keySpan, node: node() };
      entries.set(key, entry);
      value[key] = entry.node.value;
    }
    return { kind: 'map', span: { file, start, end }, entries, value };
  };
  const list = (start: number, end: number): Node => {
    const items: Node[] = [];
    for (let left = next(); left > 0; left--) items.push(node());
    return { kind: 'list', span: { file, start, end }, items, value: items.map((item) => item.value) };
  };
  const scalar = (kind: number, start: number, end: number): Node => {
    const span = { file, start, end };
    if (kind === kinds.nothing) return { kind: 'scalar', span, value: null, text: '' };
    if (kind >= kinds.plain) {
      const value = string(kind, start, end);
      return { kind: 'scalar', span, value, text: value };
    }
    const spelled = text.slice(start, end);
    const value = kind === kinds.number ? Number(spelled) : kind === kinds.null ? null : kind === kinds.true;
    return { kind: 'scalar', span, value, text: spelled };
  };
  const node = (): Node => {
    const kind = next();
    const start = next();
    const end = next();
    if (kind === kinds.alias) {
      const known = nodes[start];
      if (known === undefined) throw new Error('The packed tree has an alias without its node');
      return known;
    }
    const made =
      kind === kinds.map ? map(start, end) : kind === kinds.list ? list(start, end) : scalar(kind, start, end);
    nodes.push(made);
    return made;
  };
  return node();
}
