import type { Place, Span } from './source.ts';

/** An error in a scenario file, the configuration or the arguments, found before the first connection. */
export interface Diagnostic {
  /** The kind of error. */
  readonly code: DiagnosticCode;
  /** `Unknown key "expct"`: what is wrong, no full stop. */
  readonly message: string;
  /** The range of the file that it is about. Absent if it is not about a file. */
  readonly span?: Span;
  /** The place of the span, with secrets hidden in its source line. Default: made from the span. */
  readonly place?: Place;
  /** What to do: `Did you mean "expect"?`. */
  readonly hint?: string;
  /** The known name that was probably meant, where the hint says so. */
  readonly near?: string;
  /** The scenario that it is about. If a run does not select that scenario, this is not an error. */
  readonly scenario?: Span;
  /** A warning does not stop a run. Default: `error`. */
  readonly severity?: 'error' | 'warning';
}

/** The title of every kind of error, as the documentation uses it. The message of a diagnostic has the details. */
export const diagnosticTitles = {
  'file.unreadable': 'A file cannot be read',
  'file.limit': 'A file that is too large or too complex',
  'file.empty': 'A file without a document',
  'yaml.syntax': 'Not well-formed YAML',
  'yaml.tab': 'A tab where YAML wants spaces',
  'yaml.duplicate-key': 'A key written twice',
  'key.unknown': 'An unknown key',
  'key.missing': 'A required key is missing',
  'value.type': 'A value of the wrong type',
  'value.invalid': 'A value that its key does not accept',
  'value.duration': 'Not a duration',
  'value.size': 'Not a size',
  'value.bytes': 'A character that is not a byte',
  'value.line-break': 'A line break in a line',
  'url.invalid': 'Not a server URL',
  'pattern.invalid': 'A pattern that does not compile',
  'variable.unknown': 'An unknown variable',
  'variable.early': 'A capture used before the step that captures it',
  'variable.unset': 'A variable without a value',
  'environment.unset': 'An environment variable that is not set',
  'variable.unread': 'A variable that nothing reads',
  'secret.misplaced': 'A secret where it is neither sent nor compared',
  'variable.cycle': 'A variable that refers to itself',
  'filter.unknown': 'An unknown filter',
  'server.unknown': 'An unknown server',
  'server.missing': 'A scenario without a server',
  'receiver.unknown': 'An unknown receiver',
  'connection.unknown': 'An unknown connection',
  'connection.missing': 'A step that does not say its connection',
  'scenario.duplicate': 'Two scenarios with one name',
  'scenario.expects-nothing': 'A scenario that proves nothing',
  'step.no-action': 'A step without an action',
  'step.two-actions': 'A step with two actions',
  'step.protocol': 'A step that its protocol does not have',
  'fragment.unknown': 'An unknown fragment',
  'fragment.cycle': 'A fragment that uses itself',
  'profile.unknown': 'An unknown profile',
  'access.denied': 'Something that the configuration does not allow',
  'selection.empty': 'Nothing selected',
  'argument.invalid': 'An invalid argument',
} as const;

/** The kind of an error in a file or an argument, such as `key.unknown`. */
export type DiagnosticCode = keyof typeof diagnosticTitles;

/** The most messages in `message`, which is what callers see that print only the error. */
const messagesOfError = 20;

function messageOf(diagnostics: readonly Diagnostic[]): string {
  const messages = diagnostics.slice(0, messagesOfError).map(({ message }) => message);
  const more = diagnostics.length - messages.length;
  return [...messages, ...(more > 0 ? [`${more} more`] : [])].join('; ');
}

/** Thrown for errors in files or arguments; nothing was run. `message` has the first 20 messages. */
export class DiagnosticError extends Error {
  /** Every error and warning that was found. */
  readonly diagnostics: readonly Diagnostic[];
  constructor(diagnostics: readonly Diagnostic[]) {
    super(messageOf(diagnostics));
    this.name = 'DiagnosticError';
    this.diagnostics = diagnostics;
  }
}

/**
 * Thrown for an option or a target that cannot be used, although no file is wrong. It has one diagnostic, which command
 * lines print without its code.
 */
export class ArgumentError extends DiagnosticError {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super([{ code: 'argument.invalid', message, ...(hint !== undefined && { hint }) }]);
    this.name = 'ArgumentError';
    this.hint = hint;
  }
}

export function isError({ severity }: Diagnostic): boolean {
  return severity !== 'warning';
}
