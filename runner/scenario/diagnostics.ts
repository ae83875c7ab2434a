import { type Diagnostic, isError } from '../diagnostic.ts';
import { PlanningStop } from './budget.ts';
import { limits } from './limits.ts';

/**
 * Removes duplicates: `each`, `before` and fragments make steps be read several times, and the schema and a reader may
 * report the same error. Files are in the order in which they first appear; each file is sorted by position.
 */
export function onceEach(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const known = new Map<string, Diagnostic>();
  const files = new Map<string | undefined, number>();
  for (const diagnostic of diagnostics) {
    const { span } = diagnostic;
    const key = keyOf(diagnostic);
    if (!known.has(key)) known.set(key, diagnostic);
    if (!files.has(span?.file.path)) files.set(span?.file.path, files.size);
  }
  const fileOf = ({ span }: Diagnostic) => files.get(span?.file.path) ?? 0;
  return [...known.values()].sort(
    (one, other) => fileOf(one) - fileOf(other) || (one.span?.start ?? 0) - (other.span?.start ?? 0),
  );
}

function keyOf({ span, message, scenario }: Diagnostic): string {
  const about = scenario && [scenario.file.path, scenario.start];
  return JSON.stringify([span?.file.path, span?.start, span?.end, message, about]);
}

/**
 * Passes on the diagnostics of one file, each once. Too many errors end the planning of the file: it can have as many
 * as it has values, times its cases.
 */
export function createReports(report: (diagnostic: Diagnostic) => void): (diagnostic: Diagnostic) => void {
  const known = new Set<string>();
  let [errors, repeated] = [0, 0];
  return (diagnostic) => {
    const key = keyOf(diagnostic);
    // An error about one scenario counts only if that scenario is selected.
    const counts = isError(diagnostic) && diagnostic.scenario === undefined;
    if (!known.has(key)) {
      known.add(key);
      report(diagnostic);
      if (counts) errors++;
    } else if (counts) repeated++;
    if (errors > limits.errors || repeated > limits.repeatedErrors) throw new PlanningStop([]);
  };
}
