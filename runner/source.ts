import { byIdentity } from './by-identity.ts';

/** A text that people wrote: a scenario file or a configuration file. */
export interface SourceFile {
  /** As shown to people: relative to the working directory where it lies below it. */
  readonly path: string;
  readonly text: string;
}

/** A stretch of a source file, as offsets in UTF-16 units; `end` is exclusive. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** A point in a file as people and editors count it: lines and columns from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A stretch of a file by itself, without the file: what results carry. */
export interface Place extends Position {
  /** The file's path as shown. */
  readonly file: string;
  /** Where it ends; exclusive. */
  readonly endLine: number;
  readonly endColumn: number;
  /** The text of its first line. */
  readonly source: string;
}

/** Where each line of a file starts. */
const lineStarts = byIdentity(({ text }: SourceFile): readonly number[] => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
});

export function positionAt(file: SourceFile, offset: number): Position {
  const starts = lineStarts(file);
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

/** The cases of a scenario, and whatever fails in them, are in one place. */
export const placeOf = byIdentity(({ file, start, end }: Span): Place => {
  const { line, column } = positionAt(file, start);
  const last = positionAt(file, Math.max(start, end));
  return {
    file: file.path,
    line,
    column,
    endLine: last.line,
    endColumn: last.column,
    source: lineText(file, line),
  };
});

/** Whether one place lies within another, or is the same. */
export function contains(outer: Place, inner: Place): boolean {
  return (
    outer.file === inner.file &&
    !isBefore(inner, outer) &&
    !isBefore({ line: outer.endLine, column: outer.endColumn }, { line: inner.endLine, column: inner.endColumn })
  );
}

function isBefore(one: Position, other: Position): boolean {
  return one.line < other.line || (one.line === other.line && one.column < other.column);
}

/** `file:line:column`, which terminals and editors turn into a link. */
export function placeText({ file, line, column }: Pick<Place, 'file' | 'line' | 'column'>): string {
  return `${file}:${line}:${column}`;
}

/** The text of line `line` (from 1), without its line end. */
function lineText(file: SourceFile, line: number): string {
  const starts = lineStarts(file);
  return file.text.slice(starts[line - 1], (starts[line] ?? file.text.length + 1) - 1).replace(/\r$/, '');
}
