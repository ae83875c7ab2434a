import type { Mismatch } from '../mismatch.ts';
import type { Problem } from '../result.ts';

/** The last name of a path, in capitals, where something of that name should have been announced, and is not. */
export function unannounced({ mismatches: [first] }: Pick<Problem, 'mismatches'>): string | undefined {
  const name = first?.path.slice(first.path.lastIndexOf('.') + 1);
  const isMissing = first?.missing?.some((each) => each.kind === 'name' && each.name === name);
  return isMissing ? name?.toUpperCase() : undefined;
}

/** What was seen at a path, as a text. A result that was read from a file has it in words. */
export function seenAt(mismatches: readonly Mismatch[], path: string): string | undefined {
  const actual = mismatches.find((each) => each.path === path)?.actual;
  if (actual?.kind === 'value') return typeof actual.value === 'string' ? actual.value : undefined;
  return actual?.kind === 'words' ? /^"(.*)"$/s.exec(actual.words)?.[1] : undefined;
}
