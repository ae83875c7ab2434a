import type { ErrorCode } from 'yaml';
import type { Diagnostic } from '../diagnostic.ts';
import type { SourceFile } from '../source.ts';

interface Wording {
  readonly code?: Diagnostic['code'];
  readonly message?: string;
  readonly hint?: string;
}

/** What the parser's codes mean to people, and what to do. Other codes keep the parser's message. */
const wordings: Readonly<Partial<Record<ErrorCode, Wording>>> = {
  TAB_AS_INDENT: { code: 'yaml.tab', message: 'A tab cannot indent', hint: 'Indent with spaces' },
  BAD_INDENT: {
    message: 'Wrong indentation',
    hint: 'Keys of one map, and entries of one list, begin in the same column',
  },
  BAD_ALIAS: { message: 'An invalid alias', hint: 'Quote a string that begins with "*"' },
  BAD_DQ_ESCAPE: {
    message: 'Unknown escape in a double-quoted string',
    hint: 'Double the backslash ("\\\\S"), or use single quotes, in which a backslash is literal',
  },
  BAD_SCALAR_START: { message: 'An unquoted string cannot begin with this character', hint: 'Quote the string' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'A map cannot begin here',
    hint: 'Quote a string that contains ": ", or begin the map on its own line',
  },
  BLOCK_IN_FLOW: {
    message: 'Inside "[…]" and "{…}" entries are separated by commas',
    hint: 'Add the comma, or close the bracket',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'A key cannot span lines',
    hint: 'Is the ":" after the key missing, or the indentation of this line wrong?',
  },
  MULTIPLE_DOCS: {
    message: 'A file contains one document',
    hint: 'Remove the "---", and put the second suite into a file of its own',
  },
  TAG_RESOLVE_FAILED: { message: 'Unknown tag', hint: 'Quote a string that begins with "!"' },
  RESOURCE_EXHAUSTION: {
    message: 'Nested too deeply',
    hint: 'Scenario files are never this deep: look for an unclosed bracket',
  },
};

/** Messages of the parser that are clearer when reworded. */
const messages: readonly (readonly [RegExp, Wording])[] = [
  [
    /^Missing closing ("|'|[a-z-]+ ?)?.*quote/i,
    { message: 'A quote that is never closed', hint: 'Close it, or remove the opening quote' },
  ],
  [
    /Flow (map|sequence).*end with/i,
    { message: 'A bracket that is never closed', hint: 'Close it, or quote the string if "[" or "{" belongs to it' },
  ],
  [
    /Plain value cannot start with (?:reserved|a tab) character/i,
    { message: 'An unquoted string cannot begin with this character', hint: 'Quote the string' },
  ],
  [
    /Nested mappings are not allowed in compact mappings/i,
    { message: 'A second ": " on one line', hint: 'Quote a string that contains ": "' },
  ],
  [
    /Implicit map keys need to be followed by map values/i,
    { message: 'A key without ":"', hint: 'Write ": " after a key, or "- " before a list entry' },
  ],
  [
    /All mapping items must start at the same column/i,
    { message: 'Wrong indentation', hint: 'Keys of one map begin in the same column' },
  ],
  [
    /Unexpected (?:flow-(?:seq|map)-start|[a-z -]+) at node end/i,
    { message: 'Something follows a complete value', hint: 'Quote the string, or add the comma' },
  ],
  [/Missing , or : between flow/i, { message: 'Inside "[…]" and "{…}" a comma is missing', hint: 'Add it' }],
  [
    /Sequence item without - indicator/i,
    { message: 'Wrong indentation', hint: 'Keys of one map, and entries of one list, begin in the same column' },
  ],
  [
    /A block sequence may not be used as an implicit map key|block-seq-ind on same line/i,
    { message: 'A list cannot begin here', hint: 'Begin it on a line of its own, indented below its key' },
  ],
];

/** The YAML parser's error as a diagnostic at its place. */
export function yamlDiagnostic(
  file: SourceFile,
  error: { readonly code: ErrorCode; readonly message: string; readonly pos: readonly [number, number] },
): Diagnostic {
  const text = error.message.replace(/ at line \d+, column \d+:[\s\S]*$/, '').trim();
  const wording = messages.find(([pattern]) => pattern.test(text))?.[1] ?? wordings[error.code] ?? {};
  const at = Math.min(error.pos[0], file.text.length);
  // Indentation is reported from the beginning of the line, but the error is after it.
  const start = at + (/^ +(?=\S)/.exec(file.text.slice(at))?.[0].length ?? 0);
  const end = Math.min(Math.max(start, error.pos[1]), file.text.length);
  const unquoted = unquotedVariable(file, start);
  if (unquoted !== undefined && /at node end|Missing , or :/.test(text)) return unquoted;
  // A stray tab is reported in several ways, but is always the same error.
  if (wording.code === undefined && /^[ ]*\t/.test(file.text.slice(lineStart(file.text, start), end + 1))) {
    const tab = file.text.indexOf('\t', lineStart(file.text, start));
    return {
      code: 'yaml.tab',
      message: 'A tab cannot indent',
      hint: 'Indent with spaces',
      span: { file, start: tab, end: tab + 1 },
    };
  }
  return {
    code: wording.code ?? 'yaml.syntax',
    message: wording.message ?? text,
    span: { file, start, end },
    ...(wording.hint !== undefined && { hint: wording.hint }),
  };
}

/** `{ user: ${user} }`: inside brackets, YAML reads the variable's braces as another map. */
function unquotedVariable(file: SourceFile, before: number): Diagnostic | undefined {
  const from = lineStart(file.text, before);
  const found = /\$\{[^"'{}]*\}?[^"']*$/.exec(file.text.slice(from, before + 1));
  if (found === null) return undefined;
  const start = from + found.index;
  const raw = /^\$\{[^{}\n]*\}?/.exec(file.text.slice(start))?.[0] ?? '${';
  return {
    code: 'yaml.syntax',
    message: `"${raw}" needs quotes here`,
    span: { file, start, end: start + raw.length },
    hint: 'Inside "[…]" and "{…}", quote a string that contains a variable',
  };
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}
