import type { Mismatch } from '../mismatch.ts';
import type { Problem } from '../result.ts';
import { isCommand } from './exchange.ts';

/** The last name in a path, in upper case, if the server should have advertised something of that name and did not. */
export function unannounced(problem: Pick<Problem, 'mismatches' | 'evidence'>): string | undefined {
  const [first] = problem.mismatches;
  const name = first?.path.slice(first.path.lastIndexOf('.') + 1);
  const isMissing = first?.missing?.some((each) => each.kind === 'name' && each.name === name);
  return isMissing ? name?.toUpperCase() : missingLine(problem);
}

/** Commands whose replies advertise something. */
const asking = /^(?:EHLO|LHLO|CAPA|CAPABILITY)\b/i;

/** `expect: 250-STARTTLS`: the expected line, as written in the file. */
function missingLine(problem: Pick<Problem, 'mismatches' | 'evidence'>): string | undefined {
  const [first] = problem.mismatches;
  if (!isCommand(problem, asking) || first?.path !== 'text' || first.place === undefined) return undefined;
  if (/^[45]|^(?:NO|BAD|-ERR)/i.test(problem.evidence?.reply?.status ?? '')) return undefined;
  // If several lines are expected, the missing one.
  const { source, line, column, endLine, endColumn } = first.place;
  const asked = source.slice(column - 1, endLine === line ? endColumn - 1 : undefined);
  return /\b(?:STARTTLS|STLS|AUTH)\b/i.exec(asked)?.[0].toUpperCase();
}

/** The actual value at a path, as text. A result that was read from a file has it in words. */
export function seenAt(mismatches: readonly Mismatch[], path: string): string | undefined {
  const actual = mismatches.find((each) => each.path === path)?.actual;
  if (actual?.kind === 'value') return typeof actual.value === 'string' ? actual.value : undefined;
  return actual?.kind === 'words' ? /^"(.*)"$/s.exec(actual.words)?.[1] : undefined;
}
