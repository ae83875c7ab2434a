import { type ArgumentError, type Diagnostic, isError } from '../diagnostic.ts';
import { renderDiagnostics } from '../diagnostic-text.ts';
import { many } from '../phrase.ts';
import { visible } from '../visible.ts';
import type { Terminal } from './command.ts';

/** Prints all diagnostics with their places to standard error, then their number. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], terminal: Terminal): void {
  for (const text of renderDiagnostics(diagnostics)) terminal.stderr.write(`${text}\n`);
  const errors = diagnostics.filter(isError).length;
  const warnings = diagnostics.length - errors;
  const parts = [...(errors > 0 ? [many(errors, 'error')] : []), ...(warnings > 0 ? [many(warnings, 'warning')] : [])];
  if (parts.length > 0) terminal.stderr.write(`${parts.join(', ')}\n`);
}

/** Prints what is wrong with an argument, and what to write instead. */
export function printArgumentError({ message, hint }: ArgumentError, terminal: Terminal): void {
  terminal.stderr.write(`error: ${visible(message)}\n${hint === undefined ? '' : `  = help: ${visible(hint)}\n`}`);
}
