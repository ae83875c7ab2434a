import type { Mismatch } from '../mismatch.ts';
import type { Problem } from '../result.ts';
import { isCommand } from './exchange.ts';

/** The last name of a path, in capitals, where something of that name should have been announced, and is not. */
export function unannounced(problem: Pick<Problem, 'mismatches' | 'evidence'>): string | undefined {
  const [first] = problem.mismatches;
  const name = first?.path.slice(first.path.lastIndexOf('.') + 1);
  const isMissing = first?.missing?.some((each) => each.kind === 'name' && each.name === name);
  return isMissing ? name?.toUpperCase() : missingLine(problem);
}

/** Commands whose replies announce something. */
const asking = /^(?:EHLO|LHLO|CAPA|CAPABILITY)\b/i;

/** `expect: 250-STARTTLS`: the line that the author asks for, as the file has it. */
function missingLine(problem: Pick<Problem, 'mismatches' | 'evidence'>): string | undefined {
  const [first] = problem.mismatches;
  if (!isCommand(problem, asking) || first?.path !== 'text' || first.place === undefined) return undefined;
  if (/^[45]|^(?:NO|BAD|-ERR)/i.test(problem.evidence?.reply?.status ?? '')) return undefined;
  // Of several lines that are expected, the one that is missing.
  const { source, line, column, endLine, endColumn } = first.place;
  const asked = source.slice(column - 1, endLine === line ? endColumn - 1 : undefined);
  return /\b(?:STARTTLS|STLS|AUTH)\b/i.exec(asked)?.[0].toUpperCase();
}

/** What was seen at a path, as a text. A result that was read from a file has it in words. */
export function seenAt(mismatches: readonly Mismatch[], path: string): string | undefined {
  const actual = mismatches.find((each) => each.path === path)?.actual;
  if (actual?.kind === 'value') return typeof actual.value === 'string' ? actual.value : undefined;
  return actual?.kind === 'words' ? /^"(.*)"$/s.exec(actual.words)?.[1] : undefined;
}
