import { Document, isMap, isScalar, isSeq, type Node, visit } from 'yaml';
import { visible } from '../visible.ts';
import type { Written } from './written.ts';

/** A step, with the comments above it. */
export interface WrittenStep {
  readonly step: Written;
  readonly comments: readonly string[];
}

export interface WrittenScenario {
  readonly name: string;
  /** Absent if it is the file's. */
  readonly server?: string;
  /** The servers by connection name. */
  readonly connections?: ReadonlyMap<string, string>;
  readonly requires: readonly string[];
  readonly steps: readonly WrittenStep[];
  /** Comments at its end. */
  readonly comments: readonly string[];
}

export interface WrittenFile {
  readonly suite: string;
  readonly server: Written;
  /** Defaults, which the configuration overrides. */
  readonly defaults: Readonly<Record<string, string>>;
  readonly scenarios: readonly WrittenScenario[];
  /** Comments at the beginning of the file. */
  readonly comments: readonly string[];
}

/** The text of a scenario file: in block style, except short lists of words. */
export function fileText({ suite, server, defaults, scenarios, comments }: WrittenFile): string {
  const document = new Document({});
  const nodes = scenarios.map(({ name, server: own, connections, requires, steps, comments: end }) => {
    const node = document.createNode({
      name,
      ...(own !== undefined && { server: own }),
      ...(connections !== undefined && { connections: Object.fromEntries(connections) }),
      ...(requires.length > 0 && { requires }),
      dialogue: steps.map(({ step }) => step),
    });
    const dialogue = node.get('dialogue');
    if (isSeq<Node>(dialogue)) {
      for (const [index, item] of dialogue.items.entries()) {
        const above = steps[index]?.comments ?? [];
        if (above.length > 0) item.commentBefore = commentOf(above);
      }
      if (end.length > 0) dialogue.comment = commentOf(end);
    }
    return node;
  });
  document.contents = document.createNode({
    suite,
    ...(scenarios.every(({ connections }) => connections === undefined) && { server }),
    ...(Object.keys(defaults).length > 0 && { defaults }),
    scenarios: nodes,
  });
  if (comments.length > 0) document.commentBefore = commentOf(comments);
  return yamlText(document);
}

/** In the style of a person. */
export function yamlText(document: Document): string {
  compact(document);
  return document.toString({ singleQuote: true, lineWidth: 0, flowCollectionPadding: false });
}

export function commentOf(lines: readonly string[]): string {
  // An empty line would end the comment.
  return lines.map((line) => ` ${visible(line)}`.trimEnd() || ' ').join('\n');
}

/** Lists of words are written on one line, and so are the credentials of a login. */
function compact(document: Document): void {
  visit(document, {
    Seq(_, seq) {
      const { items } = seq;
      if (items.length > 0 && items.every((item) => isScalar(item) && isShortText(item.value))) seq.flow = true;
    },
    Pair(_, { key, value }) {
      if (isScalar(key) && key.value === 'authenticate' && isMap(value)) value.flow = true;
    },
  });
}

const longestWord = 60;

function isShortText(value: unknown): boolean {
  return typeof value !== 'string' || (!value.includes('\n') && value.length <= longestWord);
}
