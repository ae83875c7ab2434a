import { Document, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { contentsOf, type Edit, edited, inOneLine, type ValueChange } from '../authoring/edits.ts';
import type { Written } from '../authoring/written.ts';
import { stepWords } from './reason.ts';

export interface FileChanges {
  readonly values: readonly ValueChange[];
  /** Scenarios that are only in the snapshot. */
  readonly added: readonly string[];
  /** Scenarios that are only in the file; a person may have added them. */
  readonly missing: readonly string[];
  /** The file with the changes; everything else, including comments, is unchanged. */
  readonly text: string;
}

/** The differences between a file and a new snapshot, and the file with only these changed. */
export function changesBetween(old: string, fresh: string): FileChanges {
  const before = parseDocument(old);
  const was = scenariosIn(before);
  const is = scenariosIn(parseDocument(fresh));
  const values: ValueChange[] = [];
  const edits: Edit[] = [];
  for (const [name, node] of is) {
    const own = was.get(name);
    if (own !== undefined) differ(own, node, [], { scenario: name, old, values, edits });
  }
  const added = [...is].filter(([name]) => !was.has(name));
  return {
    values,
    added: added.map(([name]) => name),
    missing: [...was.keys()].filter((name) => !is.has(name)),
    text: append(
      edited(old, edits),
      added.map(([, scenario]) => scenario),
    ),
  };
}

function scenariosIn(document: Document.Parsed | Document): Map<string, Node> {
  const list = document.get('scenarios');
  const found = new Map<string, Node>();
  if (!isSeq<Node>(list)) return found;
  for (const item of list.items) {
    const name = isMap(item) ? item.get('name') : undefined;
    if (typeof name === 'string') found.set(name, item);
  }
  return found;
}

interface Differing {
  readonly scenario: string;
  readonly old: string;
  readonly values: ValueChange[];
  readonly edits: Edit[];
}

/** Descends to the smallest value that differs. Keys that a person added stay. */
function differ(own: Node, fresh: Node, path: readonly string[], into: Differing): void {
  if (JSON.stringify(contentsOf(own)) === JSON.stringify(contentsOf(fresh))) return;
  if (isMap(own) && isMap(fresh)) {
    const keys = fresh.items.map(({ key }) => keyOf(key));
    const hasAll = keys.every((key) => own.has(key));
    const isOpen = path.length === 0 || own.items.every(({ key }) => keys.includes(keyOf(key)));
    if (hasAll && isOpen) {
      for (const key of keys) {
        const [left, right] = [own.get(key, true), fresh.get(key, true)];
        if (left !== undefined && right !== undefined) differ(left as Node, right as Node, [...path, key], into);
      }
      return;
    }
  }
  if (isSeq<Node>(own) && isSeq<Node>(fresh) && own.items.length === fresh.items.length) {
    for (const [index, item] of fresh.items.entries())
      differ(own.items[index] as Node, item, [...path, String(index)], into);
    return;
  }
  replace(own, fresh, path, into);
}

function keyOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function replace(own: Node, fresh: Node, path: readonly string[], { scenario, old, values, edits }: Differing): void {
  const [start, end] = own.range ?? [0, 0];
  const [before, after] = [inOneLine(contentsOf(own)), inOneLine(contentsOf(fresh))];
  const items = itemsOf(own, fresh);
  values.push({ scenario, path: path.join('.'), before, after, ...(items && { items }) });
  // A block collection ends where the next line begins, even if there are comments between.
  const rest = isBlock(own) ? `\n${/\n([ \t]*)$/.exec(old.slice(start, end))?.[1] ?? ''}` : '';
  edits.push({ start, end, text: after + rest });
}

/** What only one of two lists has; of steps, what they expect: a list of handshakes excludes what was picked before. */
function itemsOf(own: Node, fresh: Node): ValueChange['items'] {
  if (!isSeq<Node>(own) || !isSeq<Node>(fresh)) return undefined;
  const [before, after] = [own, fresh].map(({ items }) => items.map(itemOf)) as [Item[], Item[]];
  const [gone, added] = [without(before, after), without(after, before)];
  const steps = [...new Set([...gone, ...added].map(({ step }) => step))];
  return steps.map((step) => {
    const [left, right] = [gone, added].map((items) => items.filter((each) => each.step === step));
    const values = (items: readonly Item[] = []) => items.map(({ value }) => value);
    return { ...(step !== undefined && { step }), gone: values(left), added: values(right) };
  });
}

interface Item {
  readonly step?: string;
  readonly value: string;
}

function itemOf(item: Node): Item {
  const expected = isMap(item) ? (item.get('expect', true) as Node | undefined) : undefined;
  if (expected === undefined) return { value: inOneLine(contentsOf(item)) };
  const step = stepWords(contentsOf(item) as Written, { names: new Map(), secrets: new Map() });
  return { step, value: inOneLine(contentsOf(expected)) };
}

/** The items without those of the other list, each as often as it is there. */
function without(items: readonly Item[], others: readonly Item[]): readonly Item[] {
  const rest = others.map((each) => JSON.stringify(each));
  return items.filter((each) => {
    const at = rest.indexOf(JSON.stringify(each));
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

function isBlock(node: Node): boolean {
  return (isMap(node) || isSeq(node)) && node.flow !== true;
}

/** Appends scenarios after the last one, with the same indentation. */
function append(text: string, scenarios: readonly Node[]): string {
  const list = parseDocument(text).get('scenarios');
  if (scenarios.length === 0 || !isSeq<Node>(list)) return text;
  const [start, at] = list.items.at(-1)?.range ?? [undefined, text.length];
  const column = start === undefined ? 4 : start - text.lastIndexOf('\n', start - 1) - 1;
  const indent = ' '.repeat(Math.max(0, column - 2));
  const document = new Document(
    scenarios.map((each) => each.toJSON()),
    { aliasDuplicateObjects: false },
  );
  const written = document.toString({ singleQuote: true, lineWidth: 0, flowCollectionPadding: false });
  const block = written.replace(/^(?=.)/gm, indent);
  const before = text.slice(0, at);
  return `${before}${before.endsWith('\n') ? '' : '\n'}${block}${text.slice(at)}`;
}
