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

/** A place as people and editors count it: lines and columns from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export function positionAt(file: SourceFile, offset: number): Position {
  const before = file.text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at !== -1; at = before.indexOf('\n', at + 1)) line++;
  return { line, column: offset - lineStart + 1 };
}

/** `file:line:column`, which terminals and editors turn into a link. */
export function placeOf(span: Span): string {
  const { line, column } = positionAt(span.file, span.start);
  return `${span.file.path}:${line}:${column}`;
}

/** The text of line `line` (from 1), without its line end. */
export function lineText(file: SourceFile, line: number): string {
  return file.text.split('\n')[line - 1]?.replace(/\r$/, '') ?? '';
}
