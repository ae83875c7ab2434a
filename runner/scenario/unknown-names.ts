import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import type { Span } from '../source.ts';

/** Passes on reports, and counts the errors. */
export function countErrors(report: (diagnostic: Diagnostic) => void) {
  let errors = 0;
  return {
    report(diagnostic: Diagnostic): void {
      if (diagnostic.severity !== 'warning') errors++;
      report(diagnostic);
    },
    count: () => errors,
  };
}

/** Defers reports of unknown names until all steps have been read, since a later step may capture the name. */
export function deferUnknown(report: (diagnostic: Diagnostic) => void) {
  const pending: { readonly name: string; readonly span: Span; readonly known: () => Iterable<string> }[] = [];
  return {
    unknown(name: string, span: Span, known: () => Iterable<string>): void {
      pending.push({ name, span, known });
    },
    settle(captured: ReadonlySet<string>): void {
      for (const { name, span, known } of pending) {
        const near = nearest(name, both(known(), captured));
        report(
          captured.has(name)
            ? {
                code: 'variable.early',
                message: `"${name}" is used before the step that captures it`,
                span,
                hint: 'Use it in a later step, or capture it in an earlier one',
              }
            : {
                code: 'variable.unknown',
                message: `Unknown variable "${name}"`,
                span,
                hint:
                  near === undefined
                    ? 'Give it a value under "variables", in the configuration, or with --var; a literal "${" is written "$${"'
                    : `Did you mean "${near}"?`,
              },
        );
      }
    },
  };
}

function* both(one: Iterable<string>, other: Iterable<string>): Iterable<string> {
  yield* one;
  yield* other;
}
