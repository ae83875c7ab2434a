import { DiagnosticError } from '../diagnostic.ts';
import { counted } from '../phrase.ts';
import type { Span } from '../source.ts';
import { limits } from './limits.ts';

/** The kinds of work that add up while a file is planned. */
export type Cost = 'cases' | 'values' | 'references' | 'texts' | 'patterns' | 'expressions';

/** Counts a piece of work before it is done. Throws a `TooCostly` if the file exceeds its limit. */
export type Spend = (cost: Cost, amount: number, span: Span) => void;

/** Thrown to end the planning of a file. */
export class PlanningStop extends DiagnosticError {}

/** A file has exceeded one of its limits. */
export class TooCostly extends PlanningStop {
  constructor(message: string, span: Span, hint?: string) {
    super([{ code: 'file.limit', message, span, ...(hint !== undefined && { hint }) }]);
  }
}

export type Allowance = Readonly<Record<Cost, number>>;

const words: Readonly<Record<Cost, (most: number) => { readonly message: string; readonly hint: string }>> = {
  cases: (most) => ({
    message: `The file has more than ${counted(most)} cases`,
    hint: 'Write rows, "each: [{ … }, { … }]", for the combinations that matter, or split the file',
  }),
  values: (most) => ({
    message: `The file's dialogues have more than ${counted(most)} values, counted for each use of a fragment and each case`,
    hint: 'Use fewer cases, or fragments that do not use others several times',
  }),
  references: (most) => ({
    message: `More than ${counted(most)} variables are filled in for this file`,
    hint: 'Variables that use others twice double with each step',
  }),
  texts: (most) => ({
    message: `The file's texts with variables are longer than ${most / 1024 / 1024} MiB together`,
    hint: 'Use "size" or "file" for large messages',
  }),
  patterns: (most) => ({
    message: `The file's patterns match more than ${counted(most)} characters together, counted with their repetitions`,
    hint: 'Use shorter patterns, or smaller numbers in braces',
  }),
  expressions: (most) => ({
    message: `The file's XPath expressions have more than ${counted(most)} characters together, counted for each case`,
    hint: 'Use shorter expressions, or fewer cases',
  }),
};

/** The budget of one file. Tests use lower limits. */
export function createBudget(allowed: Partial<Allowance> = {}): Spend {
  const most: Allowance = { ...limits, ...allowed };
  const spent: Record<Cost, number> = {
    cases: 0,
    values: 0,
    references: 0,
    texts: 0,
    patterns: 0,
    expressions: 0,
  };
  return (cost, amount, span) => {
    spent[cost] += amount;
    if (spent[cost] <= most[cost]) return;
    const { message, hint } = words[cost](most[cost]);
    throw new TooCostly(message, span, hint);
  };
}
