import { columnsOf } from './columns.ts';
import type { Diagnostic } from './diagnostic.ts';
import { many } from './phrase.ts';
import type { Place } from './source.ts';
import { placeOf, placeText } from './source.ts';
import { visible } from './visible.ts';

/** Longer source lines are cut around the token, so that the carets stay below it on a terminal. */
const widestLine = 120;
/** How much of a cut line is kept before the token. */
const contextBefore = 40;

/** The most errors shown per file. Most of the rest are consequences of the first ones. */
const shownOfFile = 50;

/**
 * All errors as they are printed, in order. For a file with very many, only the first ones and how many more there are.
 */
export function renderDiagnostics(diagnostics: readonly Diagnostic[]): readonly string[] {
  const texts: string[] = [];
  const counts = new Map<string | undefined, number>();
  for (const diagnostic of diagnostics) {
    const path = diagnostic.span?.file.path;
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    if (count <= shownOfFile) texts.push(renderDiagnostic(diagnostic));
  }
  for (const [path, count] of counts) {
    if (count > shownOfFile)
      texts.push(`${many(count - shownOfFile, 'more error')}${path === undefined ? '' : ` in ${visible(path)}`}`);
  }
  return texts;
}

/**
 * An error as it is printed: what is wrong, `file:line:column`, the source line with carets, what to do.
 *
 *     error[key.unknown]: Unknown key "expct"
 *       --> a.yaml:7:9
 *        |
 *      7 |         expct: 220
 *        |         ^^^^^
 *        = help: Did you mean "expect"?
 */
export function renderDiagnostic(diagnostic: Diagnostic): string {
  const { code, message, span, hint, severity = 'error' } = diagnostic;
  const title = `${severity}[${code}]: ${visible(message)}`;
  const help = hint === undefined ? [] : [visible(hint)];
  if (span === undefined) return [title, ...help.map((text) => `  = help: ${text}`)].join('\n');
  const place = diagnostic.place ?? placeOf(span);
  const margin = ' '.repeat(gutterWidth(place));
  return [
    title,
    `${margin}--> ${visible(placeText(place))}`,
    renderFrame(place),
    ...help.map((text) => `${margin} = help: ${text}`),
  ].join('\n');
}

/**
 * The numbered source line with carets under the exact token, followed by `note`. `cause` is an earlier line that led
 * here; it is shown above. Control characters are made visible; carets stay aligned.
 */
export function renderFrame(place: Place, note?: string, options: { readonly cause?: Place | undefined } = {}): string {
  const { line, column, source } = place;
  const from = Math.min(column - 1, source.length);
  // A token that spans several lines is marked to the end of the first.
  const end = place.endLine === line ? from + place.endColumn - column : source.length;
  const to = Math.max(from, Math.min(end, source.length));
  const shown = cut(expand(source.slice(0, from)), expand(source.slice(from, to)), expand(source.slice(to)));
  const width = gutterWidth(place);
  const gutter = (number: number | undefined, text: string) =>
    `${String(number ?? '').padStart(width)} |${text === '' ? '' : ` ${text}`}`;
  const carets = ' '.repeat(columnsOf(shown.before)) + '^'.repeat(Math.max(1, columnsOf(shown.token)));
  return [
    gutter(undefined, ''),
    ...causeLines(place, options.cause, gutter),
    gutter(line, `${shown.before}${shown.token}${shown.after}`.trimEnd()),
    gutter(undefined, note === undefined || note === '' ? carets : `${carets} ${note}`),
  ].join('\n');
}

/** The line numbers are as wide as the widest of them, and at least two columns for the arrow above. */
function gutterWidth({ line }: Place): number {
  return Math.max(2, String(line).length);
}

function causeLines(
  { file, line }: Place,
  cause: Place | undefined,
  gutter: (number: number | undefined, text: string) => string,
): readonly string[] {
  if (cause === undefined || cause.file !== file || cause.line >= line) return [];
  const text = cut('', '', expand(cause.source)).after;
  return [gutter(cause.line, text.trimEnd()), ...(cause.line + 1 < line ? [gutter(undefined, '      ...')] : [])];
}

/** A tab becomes two spaces, in any column; every other control character becomes visible. */
function expand(text: string): string {
  return visible(text.replaceAll('\t', '  '));
}

function cut(
  before: string,
  token: string,
  after: string,
): { readonly before: string; readonly token: string; readonly after: string } {
  if (before.length + token.length + after.length <= widestLine) return { before, token, after };
  const start =
    before.length + Math.min(token.length, contextBefore) <= widestLine - contextBefore
      ? 0
      : before.length - contextBefore;
  const head = start > 0 ? `…${before.slice(start + 1)}` : before;
  const room = widestLine - head.length;
  if (token.length > room) return { before: head, token: `${token.slice(0, room - 1)}…`, after: '' };
  const left = room - token.length;
  return { before: head, token, after: after.length > left ? `${after.slice(0, Math.max(0, left - 1))}…` : after };
}
