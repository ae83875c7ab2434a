import type { Written } from '../authoring/written.ts';
import type { Seen } from '../engine/witness.ts';

/**
 * The patterns that a line matched each time, in their order; `undefined` if none did. What the log lacked once is left
 * out, since a busy server may write it too late.
 */
export function logExpectation(seen: readonly Seen[], patterns: readonly string[]): Written | undefined {
  const logs = seen.map(linesIn);
  const always = patterns.filter((pattern) =>
    logs.every((lines) => lines.some((line) => regexpOf(pattern).test(line))),
  );
  return always.length === 0 ? undefined : [...always];
}

function linesIn(seen: Seen): readonly string[] {
  const lines = seen.kind === 'check' ? seen.evidence['lines'] : undefined;
  return Array.isArray(lines) ? lines.map(String) : [];
}

/** `/pattern/flags`, as in a scenario file. */
function regexpOf(pattern: string): RegExp {
  const end = pattern.lastIndexOf('/');
  return new RegExp(pattern.slice(1, end), pattern.slice(end + 1));
}
