import type { Secret } from '../plan.ts';
import { inertLines } from './inert.ts';
import { createRedactor, type Redactor } from './redact.ts';

/** What a process prints for people, besides reports, goes through one of these. */
export interface Gate {
  /** From now on these are hidden, besides those that are known. */
  learn(secrets: readonly Secret[]): void;
  /** The text without secrets; its lines drive no terminal and give no CI an order. */
  shown(text: string): string;
}

export function createGate(): Gate {
  const known = new Map<string, Set<string>>();
  let redactor: Redactor | undefined;
  return {
    learn(secrets) {
      for (const { name, forms } of secrets) known.set(name, new Set([...(known.get(name) ?? []), ...forms]));
      redactor = undefined;
    },
    shown(text) {
      redactor ??= createRedactor(Array.from(known, ([name, forms]) => ({ name, forms: [...forms] })));
      return inertLines(redactor.redact(text));
    },
  };
}
