import { isMap, isPair, isScalar, isSeq, type Node, type Pair, parseDocument, type Scalar, visit } from 'yaml';
import type { Mismatch } from '../mismatch.ts';
import { type Place, positionAt, type SourceFile } from '../source.ts';
import { contentsOf, type Edit, edited, inOneLine, type ValueChange } from './edits.ts';
import { writtenFor } from './replacement.ts';

/** A scenario of the file that ran, or one case of it. */
export interface Ran {
  readonly name: string;
  readonly place: Place;
  /** The mismatches that ended it; empty if it passed. */
  readonly mismatches: readonly Mismatch[];
}

export interface Kept {
  readonly scenario: string;
  readonly line: number;
  readonly why: 'not a literal' | 'shared' | 'cases differ';
}

export interface LiteralChanges {
  readonly values: readonly ValueChange[];
  /** Expectations that were not met and stay unchanged. */
  readonly kept: readonly Kept[];
  /** The file with the changes; comments and layout are preserved. */
  readonly text: string;
}

/** Nodes that a mismatch may be about, by the offset at which they begin. */
interface Found {
  readonly node: Node;
  readonly path: readonly string[];
  /** The scenario's own node. */
  readonly scenario: Node | undefined;
  /** Whether it is below `equals`, where nothing is a pattern. */
  readonly isEqual: boolean;
}

/** Finds literals that the server no longer meets, with its current values. */
export function literalChanges(file: SourceFile, ran: readonly Ran[]): LiteralChanges {
  const nodes = nodesOf(file.text);
  const offset = offsets(file);
  const values: ValueChange[] = [];
  const kept: Kept[] = [];
  const edits: Edit[] = [];
  const byStart = new Map<number, { readonly of: Ran; readonly mismatches: Mismatch[] }[]>();
  for (const each of ran) {
    for (const mismatch of each.mismatches) {
      if (mismatch.place?.file !== file.path) continue;
      const start = offset(mismatch.place);
      const all = byStart.get(start) ?? [];
      byStart.set(start, all);
      const own = all.find(({ of }) => of === each);
      if (own === undefined) all.push({ of: each, mismatches: [mismatch] });
      else own.mismatches.push(mismatch);
    }
  }
  for (const [start, all] of byStart) {
    const [{ of } = { of: undefined }] = all;
    if (of === undefined) continue;
    const keep = (why: Kept['why']) => kept.push({ scenario: of.name, line: positionAt(file, start).line, why });
    const found = nodes.get(start);
    const [start_, end] = found?.node.range ?? [];
    if (found === undefined || start_ === undefined || end === undefined) {
      keep('not a literal');
      continue;
    }
    const isWithin = (each: Ran) => found.scenario !== undefined && isIn(found.scenario, offset(each.place));
    if (!all.every((each) => isWithin(each.of))) {
      keep('shared');
      continue;
    }
    const written = all.map(({ mismatches }) => writtenFor(found.node, mismatches, found.isEqual));
    const [after] = written;
    if (after === undefined || written.some((each) => each === undefined)) keep('not a literal');
    // Another case of the scenario meets the value, or got a different one.
    else if (new Set(written).size > 1 || ran.filter(isWithin).length > all.length) keep('cases differ');
    else {
      const path = found.path.join('.');
      values.push({ scenario: of.name, path, before: inOneLine(contentsOf(found.node)), after });
      edits.push({ start: start_, end: endOf(file.text, start_, end), text: after });
    }
  }
  return { values, kept, text: edited(file.text, edits) };
}

/** A block list ends where the next line begins. */
function endOf(text: string, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length;
}

function isIn({ range }: Node, at: number): boolean {
  return range !== undefined && range !== null && range[0] <= at && at < range[2];
}

function offsets(file: SourceFile): (place: Place) => number {
  const starts = [0];
  for (let at = file.text.indexOf('\n'); at !== -1; at = file.text.indexOf('\n', at + 1)) starts.push(at + 1);
  return ({ line, column }) => (starts[line - 1] ?? 0) + column - 1;
}

/** Scalars and lists by offset; a key refers to its value. */
function nodesOf(text: string): ReadonlyMap<number, Found> {
  const found = new Map<number, Found>();
  const add = (at: Scalar | Node, node: Node, key: unknown, above: readonly unknown[]) => {
    const start = at.range?.[0];
    if (start === undefined || !(isScalar(node) || isSeq(node))) return;
    const scenarios = above.findIndex((each) => isPair(each) && isScalar(each.key) && each.key.value === 'scenarios');
    const scenario = scenarios === -1 ? undefined : (above[scenarios + 2] as Node | undefined);
    found.set(start, {
      node,
      scenario,
      path: pathOf([...above.slice(scenarios + 2), ...(key === undefined ? [] : [key])], node),
      isEqual: above.some((each) => isPair(each) && isScalar(each.key) && each.key.value === 'equals'),
    });
  };
  visit(parseDocument(text), {
    Pair(_, pair: Pair, above) {
      const { key, value } = pair as Pair<Node, Node | null>;
      if (isScalar(key) && value !== null) add(key, value, pair, above);
    },
    Scalar(key, node, above) {
      if (key !== 'key') add(node, node, undefined, above);
    },
    Seq(_, node, above) {
      add(node, node, undefined, above);
    },
  });
  return found;
}

/** Keys and indexes on the path to a node. */
function pathOf(above: readonly unknown[], node: Node): readonly string[] {
  const all = [...above, node];
  return all.flatMap((each, index) => {
    if (isPair(each)) return isScalar(each.key) ? [String(each.key.value)] : [];
    const next = all[index + 1];
    return isSeq(each) && !isMap(each) && next !== undefined ? [String(each.items.indexOf(next))] : [];
  });
}
