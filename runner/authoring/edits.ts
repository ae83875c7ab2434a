import { type Node, stringify } from 'yaml';

/** The replacement of a range of a file; `end` is exclusive. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A value that has changed. */
export interface ValueChange {
  readonly scenario: string;
  /** Its path in the scenario: `dialogue.2.expect.code`. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** What only one of two lists has; absent if the values are not lists. */
  readonly items?: readonly ItemChange[];
}

/** What only one of two lists has. */
export interface ItemChange {
  /** For steps with an expectation: what they do (`RSET`). The items are what they expect then. */
  readonly step?: string;
  readonly gone: readonly string[];
  readonly added: readonly string[];
}

/** The text with only these ranges replaced. */
export function edited(text: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((all, { start, end, text: piece }) => all.slice(0, start) + piece + all.slice(end), text);
}

/** A value as YAML that is valid in any position. */
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
