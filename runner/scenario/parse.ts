import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Pair,
  Parser,
  type Scalar,
  visit,
  type YAMLMap,
  YAMLParseError,
  type YAMLSeq,
} from 'yaml';
import type { Diagnostic } from '../diagnostic.ts';
import { counted } from '../phrase.ts';
import { positionAt, type SourceFile, type Span } from '../source.ts';
import { limits } from './limits.ts';
import type { Entry, ListNode, MapNode, Node, ScalarNode } from './tree.ts';
import { yamlDiagnostic } from './yaml-error.ts';

/**
 * Decoders insert this character for octets that are not UTF-8. A scenario would send it instead of what its author
 * wrote.
 */
const replacement = '\u{fffd}';

export interface Parsed {
  /** Absent if the text is empty or not well-formed YAML. */
  readonly root?: Node;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses a text into a tree with places, or reports what is wrong with it. Never throws. */
export function parse(file: SourceFile): Parsed {
  const whole = { file, start: 0, end: 0 };
  if (file.text.length > limits.length) {
    return {
      diagnostics: [
        { code: 'yaml.syntax', message: `The file is larger than ${limits.length / 1024 / 1024} MiB`, span: whole },
      ],
    };
  }
  const lost = file.text.indexOf(replacement);
  if (lost !== -1) {
    const span = { file, start: lost, end: lost + 1 };
    return {
      diagnostics: [{ code: 'yaml.syntax', message: 'The file is not UTF-8', span, hint: 'Save the file as UTF-8' }],
    };
  }
  let document: Document.Parsed;
  try {
    document = compose(file);
  } catch (error) {
    if (error instanceof Stop) return { diagnostics: [error.diagnostic] };
    throw error;
  }
  const mistakes = [...document.errors, ...document.warnings];
  const [first] = mistakes;
  // The parser's later errors are mostly consequences of the first one.
  if (first !== undefined)
    return {
      diagnostics: [
        yamlDiagnostic(file, { ...first, message: first.message, pos: openQuote(file, document) ?? first.pos }),
      ],
    };
  if (document.contents === null) return { diagnostics: [] };
  const builder: Builder = { file, anchors: new Map(), diagnostics: [] };
  try {
    const { node } = build(builder, document.contents, 0);
    return { root: node, diagnostics: builder.diagnostics };
  } catch (error) {
    if (error instanceof Stop) return { diagnostics: [...builder.diagnostics, error.diagnostic] };
    throw error;
  }
}

/** Does the same as the `parseDocument` function of the parser, within our limits. */
function compose(file: SourceFile): Document.Parsed {
  // Duplicate keys are found below, in linear time and with both places.
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, version: '1.2', keepSourceTokens: false });
  const [document, second] = composer.compose(tokensOf(file), true, file.text.length);
  if (document === undefined) throw new Error('The composer gives one document at least');
  if (second !== undefined) {
    const { range } = second;
    document.errors.push(new YAMLParseError([range[0], range[1]], 'MULTIPLE_DOCS', 'Several documents'));
  }
  return document;
}

/** The parser uses a stack of its own; the composer after it recurses to the same depth. */
function* tokensOf(file: SourceFile): Generator<CST.Token> {
  const parser = new Parser();
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(file.text)) {
    lexemes += 1 + innerLines(lexeme);
    if (lexemes > limits.lexemes || parser.stack.length > 2 * limits.depth) {
      const here = { file, start: parser.offset, end: parser.offset + lexeme.length };
      throw lexemes > limits.lexemes
        ? new Stop(`More than ${counted(limits.lexemes)} keys, values and punctuation marks`, here, 'Split the file')
        : new Stop('Nested too deeply', here, depthHint);
    }
    yield* parser.next(lexeme);
  }
  yield* parser.end();
}

/** The line breaks of a block or of quotes, for each of which the composer keeps a string. */
function innerLines(lexeme: string): number {
  let count = 0;
  if (lexeme.length > 1) for (let at = lexeme.indexOf('\n'); at !== -1; at = lexeme.indexOf('\n', at + 1)) count++;
  return count;
}

const depthHint = 'Scenario files are never this deep: look for an unclosed bracket';

/** An unclosed quote is reported at the end of the file, but should be shown where it begins. */
function openQuote(file: SourceFile, document: Document.Parsed): [number, number] | undefined {
  if (!document.errors[0]?.message.includes('quote')) return undefined;
  let open: [number, number] | undefined;
  visit(document, (_key, yaml) => {
    if (!isScalar(yaml) || !yaml.range || !yaml.type?.startsWith('QUOTE_')) return;
    const [start, end] = yaml.range;
    if (end - start < 2 || file.text[end - 1] !== file.text[start]) open = [start, start + 1];
  });
  return open;
}

/** Ends the walk, since the tree would be unusable. */
class Stop extends Error {
  readonly diagnostic: Diagnostic;
  constructor(message: string, span: Span, hint?: string) {
    super(message);
    this.diagnostic = { code: 'yaml.syntax', message, span, ...(hint !== undefined && { hint }) };
  }
}

interface Built {
  readonly node: Node;
  /** The number of nodes and their depth, including aliases. */
  readonly size: number;
  readonly depth: number;
}

interface Builder {
  readonly file: SourceFile;
  readonly anchors: Map<string, Built>;
  readonly diagnostics: Diagnostic[];
}

function build(builder: Builder, yaml: unknown, level: number): Built {
  const span = spanOf(builder, yaml);
  if (level > limits.depth) throw new Stop('Nested too deeply', span, depthHint);
  if (isAlias(yaml)) return resolveAlias(builder, yaml.source, span, level);
  const built = isMap(yaml)
    ? buildMap(builder, yaml, span, level)
    : isSeq(yaml)
      ? buildList(builder, yaml, span, level)
      : { node: buildScalar(yaml, span), size: 1, depth: 1 };
  if (built.size > limits.nodes) throw new Stop('Too many values', span, 'Aliases of aliases multiply');
  // After its content, because an alias inside its own target would be endless.
  const anchor = isScalar(yaml) || isMap(yaml) || isSeq(yaml) ? yaml.anchor : undefined;
  if (anchor !== undefined) builder.anchors.set(anchor, built);
  return built;
}

function resolveAlias(builder: Builder, name: string, span: Span, level: number): Built {
  const built = builder.anchors.get(name);
  if (built === undefined) throw new Stop(`Unknown alias "*${name}"`, span, 'Quote a string that begins with "*"');
  if (level + built.depth > limits.depth) throw new Stop('Nested too deeply', span, depthHint);
  return built;
}

function buildScalar(yaml: unknown, span: Span): ScalarNode {
  const scalar = isScalar(yaml) ? (yaml as Scalar) : undefined;
  const value = plainValue(scalar?.value);
  const text = typeof value === 'string' ? value : (scalar?.source ?? String(value ?? ''));
  return { kind: 'scalar', span, value, text };
}

function plainValue(value: unknown): ScalarNode['value'] {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
}

function buildList(builder: Builder, yaml: YAMLSeq, span: Span, level: number): Built {
  const items: Node[] = [];
  let size = 1;
  let depth = 0;
  for (const item of yaml.items) {
    // `[a: b]` is a list with one map.
    const built = build(builder, item, level + 1);
    items.push(built.node);
    size += built.size;
    depth = Math.max(depth, built.depth);
  }
  const node: ListNode = { kind: 'list', span, items, value: items.map((item) => item.value) };
  return { node, size, depth: depth + 1 };
}

function buildMap(builder: Builder, yaml: YAMLMap, span: Span, level: number): Built {
  const entries = new Map<string, Entry>();
  const value: Record<string, unknown> = {};
  let size = 1;
  let depth = 0;
  for (const pair of yaml.items as readonly Pair[]) {
    const keySpan = spanOf(builder, pair.key);
    const key = keyText(builder, pair.key, keySpan);
    const built =
      pair.value === null
        ? { node: buildScalar(null, keySpan), size: 1, depth: 1 }
        : build(builder, pair.value, level + 1);
    size += built.size;
    depth = Math.max(depth, built.depth);
    const first = entries.get(key);
    if (first !== undefined) {
      builder.diagnostics.push({
        code: 'yaml.duplicate-key',
        message: `The key "${key}" appears twice`,
        span: keySpan,
        hint: `The first one is on line ${positionAt(builder.file, first.keySpan.start).line}`,
      });
      continue;
    }
    const node = isEmpty(built.node) ? { ...built.node, span: keySpan } : built.node;
    entries.set(key, { key, keySpan, node });
    // A plain assignment to this key would set the prototype.
    if (key === '__proto__') Object.defineProperty(value, key, { value: node.value, enumerable: true });
    else value[key] = node.value;
  }
  return { node: { kind: 'map', span, entries, value } satisfies MapNode, size, depth: depth + 1 };
}

/** A key without a value is shown at the key. */
function isEmpty(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null && node.span.start === node.span.end;
}

function keyText(builder: Builder, yaml: unknown, span: Span): string {
  const target = isAlias(yaml) ? builder.anchors.get(yaml.source)?.node : undefined;
  if (target?.kind === 'scalar') return target.text;
  if (isScalar(yaml)) {
    const scalar = buildScalar(yaml, span);
    if (yaml.anchor !== undefined) builder.anchors.set(yaml.anchor, { node: scalar, size: 1, depth: 1 });
    return scalar.text;
  }
  throw new Stop('A key must be a string', span, 'Quote a key that begins with "{", "[" or "*"');
}

function spanOf(builder: Builder, yaml: unknown): Span {
  const range = (yaml as { readonly range?: readonly [number, number, number] | null } | null)?.range;
  return { file: builder.file, start: range?.[0] ?? 0, end: range?.[1] ?? 0 };
}
