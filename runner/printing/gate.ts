import type { Secret } from '../plan.ts';
import { inertLines } from './inert.ts';
import { createRedactor, type Redactor } from './redact.ts';

/** Everything that a process prints for people, except reports, goes through a gate. */
export interface Gate {
  /** Also hides these secrets from now on. */
  learn(secrets: readonly Secret[]): void;
  /** The text without secrets and without sequences that control a terminal or a CI server. */
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
