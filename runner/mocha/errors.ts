import { ArgumentError, DiagnosticError, isError } from '../diagnostic.ts';
import { renderDiagnostics } from '../diagnostic-text.ts';
import { many } from '../phrase.ts';
import { ServiceError } from '../services/services.ts';

/**
 * An error with every diagnostic at its place, as `mailspec validate` shows them: mocha prints it for a spec file that
 * does not load.
 */
export function asLoadError(error: unknown): unknown {
  if (error instanceof ArgumentError)
    return textError(`${error.message}${error.hint === undefined ? '' : `\n  = help: ${error.hint}`}`);
  if (!(error instanceof DiagnosticError)) return error;
  const mistakes = error.diagnostics.filter(isError).length;
  const title = `Cannot define scenarios: ${many(mistakes, 'error')} in files or arguments`;
  return textError([title, ...renderDiagnostics(error.diagnostics)].join('\n\n'));
}

/** How many lines of a service's output are shown to explain why it did not start. */
const shownLines = 20;

export function serviceFailure(error: unknown): unknown {
  if (!(error instanceof ServiceError)) return error;
  const lines = error.output.trimEnd().split('\n').slice(-shownLines);
  return textError([error.message, ...lines.filter((line) => line !== '').map((line) => `  | ${line}`)].join('\n'));
}

/** An error without a stack of its own: where in this program it was created does not help its reader. */
export function textError(message: string, ...places: readonly string[]): Error {
  const error = new Error(message);
  error.stack = [message, ...places.map((place) => `    at ${place}`)].join('\n');
  return error;
}
