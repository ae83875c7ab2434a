import type { Diagnostic } from '../diagnostic.ts';

/**
 * Each once: a step is read many times where `each`, `before` or a fragment repeats it, and the schema and a reader
 * may report the same. File by file in the order in which they came up, each file from its top.
 */
export function onceEach(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const known = new Map<string, Diagnostic>();
  const files = new Map<string | undefined, number>();
  for (const diagnostic of diagnostics) {
    const { span, message, scenario } = diagnostic;
    const about = scenario && [scenario.file.path, scenario.start];
    const key = JSON.stringify([span?.file.path, span?.start, span?.end, message, about]);
    if (!known.has(key)) known.set(key, diagnostic);
    if (!files.has(span?.file.path)) files.set(span?.file.path, files.size);
  }
  const fileOf = ({ span }: Diagnostic) => files.get(span?.file.path) ?? 0;
  return [...known.values()].sort(
    (one, other) => fileOf(one) - fileOf(other) || (one.span?.start ?? 0) - (other.span?.start ?? 0),
  );
}
