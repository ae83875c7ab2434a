import { type Node, stringify } from 'yaml';

/** A stretch of a file that becomes another; `end` is exclusive. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One value that is another now. */
export interface ValueChange {
  readonly scenario: string;
  /** Where in the scenario: `dialogue.2.expect.code`. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** Of two lists, what only one of them has; none where they are the same in another order. */
  readonly items?: { readonly gone: readonly string[]; readonly added: readonly string[] };
}

/** The text with just these stretches changed. */
export function edited(text: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((all, { start, end, text: piece }) => all.slice(0, start) + piece + all.slice(end), text);
}

/** As YAML that can be anywhere. */
export function inOneLine(value: unknown): string {
  return stringify(value, {
    collectionStyle: 'flow',
    lineWidth: 0,
    singleQuote: true,
    flowCollectionPadding: true,
  }).trim();
}

export function contentsOf(node: Node): unknown {
  return node.toJSON?.() ?? null;
}
