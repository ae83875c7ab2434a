import { DiagnosticError } from '../diagnostic.ts';
import { counted } from '../phrase.ts';
import type { Span } from '../source.ts';
import { limits } from './limits.ts';

/** What adds up while a file is planned. */
export type Cost = 'cases' | 'values' | 'references' | 'texts';

/** Pays for a piece of work before it is done. Throws a `TooCostly` where a file has spent all it may. */
export type Spend = (cost: Cost, amount: number, span: Span) => void;

/** Ends the planning of a file. */
export class PlanningStop extends DiagnosticError {}

/** A file has spent all that it may. */
export class TooCostly extends PlanningStop {
  constructor(message: string, span: Span, hint?: string) {
    super([{ code: 'file.limit', message, span, ...(hint !== undefined && { hint }) }]);
  }
}

const words: Readonly<Record<Cost, { readonly message: string; readonly hint: string }>> = {
  cases: {
    message: `The file has more than ${counted(limits.cases)} cases`,
    hint: 'Write rows, "each: [{ … }, { … }]", for the combinations that matter, or split the file',
  },
  values: {
    message: `The file's dialogues have more than ${counted(limits.values)} values, counted for each use of a fragment and each case`,
    hint: 'Use fewer cases, or fragments that do not use others several times',
  },
  references: {
    message: `More than ${counted(limits.references)} variables are filled in for this file`,
    hint: 'Variables that use others twice double with each step',
  },
  texts: {
    message: `The file's texts with variables are longer than ${limits.texts / 1024 / 1024} MiB together`,
    hint: 'Use "size" or "file" for large messages',
  },
};

/** One file's. */
export function createBudget(): Spend {
  const spent: Record<Cost, number> = { cases: 0, values: 0, references: 0, texts: 0 };
  return (cost, amount, span) => {
    spent[cost] += amount;
    if (spent[cost] > limits[cost]) throw new TooCostly(words[cost].message, span, words[cost].hint);
  };
}
