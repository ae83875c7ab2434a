import { ArgumentError } from '../commands/arguments.ts';
import type { Arguments, Terminal } from '../commands/command.ts';
import { isError } from '../commands/diagnostics.ts';
import { DiagnosticError } from '../diagnostic.ts';
import { renderDiagnostic } from '../diagnostic-text.ts';
import { ServiceError } from '../services/services.ts';
import type { ScenariosOptions } from './options.ts';

/** The options as `mailspec run` would have them from its command line. */
export function argumentsOf(positionals: readonly string[], options: ScenariosOptions): Arguments {
  const given = new Map<string, readonly string[]>();
  for (const name of ['config', 'profile', 'tags', 'grep', 'timeout', 'retries'] as const) {
    const value = options[name];
    if (value !== undefined) given.set(name, [String(value)]);
  }
  const pairs = (of: Readonly<Record<string, unknown>> = {}) =>
    Object.entries(of).map(([name, value]) => `${name}=${String(value)}`);
  given.set('server', pairs(options.servers));
  given.set('var', pairs(options.variables));
  return {
    positionals,
    has: (name) => given.has(name),
    value: (name) => given.get(name)?.at(-1),
    values: (name) => given.get(name) ?? [],
  };
}

export function terminalOf({ cwd = process.cwd() }: ScenariosOptions, signal: AbortSignal): Terminal {
  return { cwd, env: process.env, stdout: process.stdout, stderr: process.stderr, signal };
}

/** Every mistake at its place, as `mailspec validate` shows it: what mocha prints of a spec file that does not load. */
export function asLoadError(error: unknown): unknown {
  if (error instanceof ArgumentError)
    return textError(`${error.message}${error.hint === undefined ? '' : `\n  = help: ${error.hint}`}`);
  if (!(error instanceof DiagnosticError)) return error;
  const mistakes = error.diagnostics.filter(isError).length;
  const title = `Cannot define scenarios: ${mistakes} mistake${mistakes === 1 ? '' : 's'} in files or arguments`;
  return textError([title, ...error.diagnostics.map((each) => renderDiagnostic(each))].join('\n\n'));
}

/** Enough of a service's output to see why it did not start. */
const shownLines = 20;

export function serviceFailure(error: unknown): unknown {
  if (!(error instanceof ServiceError)) return error;
  const lines = error.output.trimEnd().split('\n').slice(-shownLines);
  return textError([error.message, ...lines.filter((line) => line !== '').map((line) => `  | ${line}`)].join('\n'));
}

/** An error that says all there is to say: where in this program it was made is of no use to its reader. */
export function textError(message: string, ...places: readonly string[]): Error {
  const error = new Error(message);
  error.stack = [message, ...places.map((place) => `    at ${place}`)].join('\n');
  return error;
}
