import { byIdentity } from './by-identity.ts';

/** A scenario file or a configuration file. */
export interface SourceFile {
  /** The path as messages show it: relative to the working directory if the file is below it. */
  readonly path: string;
  /** The whole content. */
  readonly text: string;
}

/** A range of a source file, as offsets in UTF-16 units; `end` is exclusive. */
export interface Span {
  /** The file. */
  readonly file: SourceFile;
  /** The first offset. */
  readonly start: number;
  /** The offset after the last one. */
  readonly end: number;
}

/** A position in a file as editors count it: lines and columns from 1. */
export interface Position {
  /** The line, from 1. */
  readonly line: number;
  /** The column in UTF-16 units, from 1. */
  readonly column: number;
}

/** A range of a file by itself, without the file's text: results contain it. */
export interface Place extends Position {
  /** The file's path, as messages show it. */
  readonly file: string;
  /** The line of the range's end. */
  readonly endLine: number;
  /** The column after the range's last character. */
  readonly endColumn: number;
  /** The whole first line of the range. */
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

/** Turns a span into a place: offsets into lines and columns. */
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

/** Whether one place is within another, or equal to it. */
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

/** `file:line:column`, which terminals and editors make a link. */
export function placeText({ file, line, column }: Pick<Place, 'file' | 'line' | 'column'>): string {
  return `${file}:${line}:${column}`;
}

/** The text of line `line` (from 1), without its line ending. */
function lineText(file: SourceFile, line: number): string {
  const starts = lineStarts(file);
  return file.text.slice(starts[line - 1], (starts[line] ?? file.text.length + 1) - 1).replace(/\r$/, '');
}
