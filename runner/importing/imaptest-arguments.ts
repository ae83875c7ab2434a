import { limits } from './limits.ts';

/** An argument in a script for imaptest, with its variables unresolved. */
export type Argument =
  | { readonly kind: 'atom' | 'string'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Argument[] };

/** The marks around a literal of several lines, after its lines have been joined. */
export const literalMarks = ['\u0001', '\u0002'] as const;
const [opens, closes] = literalMarks;

/** The arguments of a line; `undefined` if it does not follow the grammar. */
export function readArguments(line: string): readonly Argument[] | undefined {
  if (depthOf(line) > limits.depth) return undefined;
  const scanner = { line, at: 0 };
  const items = readItems(scanner);
  return scanner.at >= line.length ? items : undefined;
}

/** At least the depth of nested lists: parentheses in strings are counted as well. */
function depthOf(line: string): number {
  let [depth, most] = [0, 0];
  for (const [mark] of line.matchAll(/[()]/g)) {
    depth = Math.max(depth + (mark === '(' ? 1 : -1), 0);
    most = Math.max(most, depth);
  }
  return most;
}

interface Scanner {
  readonly line: string;
  at: number;
}

/** Reads to the end, or to the parenthesis that closes the list. */
function readItems(scanner: Scanner): Argument[] {
  const items: Argument[] = [];
  for (;;) {
    while (scanner.line[scanner.at] === ' ') scanner.at++;
    const next = scanner.line[scanner.at];
    if (next === undefined || next === ')') return items;
    items.push(readArgument(scanner, next));
  }
}

function readArgument(scanner: Scanner, first: string): Argument {
  const { line } = scanner;
  if (first === '(') {
    scanner.at++;
    const items = readItems(scanner);
    scanner.at++;
    return { kind: 'list', items };
  }
  if (first === '~' && line[scanner.at + 1] === opens) scanner.at++;
  if (line[scanner.at] === opens) return { kind: 'string', text: upTo(scanner, closes) };
  if (first === '"') return { kind: 'string', text: upTo(scanner, '"').replace(/\\(["\\])/g, '$1') };
  return { kind: 'atom', text: readAtom(scanner) };
}

/** Reads up to the closing mark, and past it. */
function upTo(scanner: Scanner, mark: string): string {
  const start = scanner.at + 1;
  let end = start;
  while (end < scanner.line.length && scanner.line[end] !== mark)
    end += scanner.line[end] === '\\' && mark === '"' ? 2 : 1;
  scanner.at = end + 1;
  return scanner.line.slice(start, end);
}

/** The brackets of a section may contain spaces and lists: `body[header.fields (from to)]`. */
function readAtom(scanner: Scanner): string {
  const start = scanner.at;
  let depth = 0;
  for (; scanner.at < scanner.line.length; scanner.at++) {
    const char = scanner.line[scanner.at];
    if (char === '[') depth++;
    else if (char === ']') depth--;
    else if (depth <= 0 && (char === ' ' || char === ')' || (char === '(' && scanner.at > start))) break;
  }
  return scanner.line.slice(start, scanner.at);
}
